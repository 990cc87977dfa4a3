"""`harness calibrate verdicts`: trials that go on where they were cut."""

import contextlib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harness.calibrate import verdicts
from harness.calibrate.experiments import EXPERIMENTS, Result, is_as_planned
from harness.calibrate.findings import read
from harness.cli.main import cli
from harness.failure import HarnessError
from tests.calibrate.making import comparison, trial


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Trials take no time, and are told apart by their seeds. Returns those, as they are made."""
    seeds = []

    def perform(experiment, bench, asked, seed):
        seeds.append(seed)
        names = ["twin"] if experiment.change is None else ["twin", "changed"]
        return Result(comparisons={name: comparison(different=name == "changed") for name in names}, launch_s=[1.0])

    monkeypatch.setattr(verdicts, "perform", perform)
    monkeypatch.setattr(verdicts, "self_bench", lambda suite, address: contextlib.nullcontext())
    monkeypatch.setenv("HARNESS_LOCK", str(tmp_path / "lock"))
    monkeypatch.chdir(tmp_path)
    return seeds


def call(*arguments):
    return CliRunner().invoke(cli, ["calibrate", "verdicts", *arguments], standalone_mode=False)


def test_all_experiments_are_made_in_their_noises(made):
    done = call("--trials", "2")
    assert done.return_value == 0
    own = [experiment for experiment in EXPERIMENTS.values() if not experiment.peers]
    assert len(made) == len(set(made)) == 2 * sum(len(experiment.noises) for experiment in own)
    assert len(read([Path("results/calibration.jsonl")]).harness) == len(made)
    assert "2 % more, hog: the change was seen in 2 of 2 trials (100.0 %" in done.output


def test_trials_that_are_there_are_not_made_again(made):
    call("--quick", "--trials", "3")
    call("--quick", "--trials", "5")
    assert len(made) == len(set(made)) == 5
    assert {trial.noise for trial in read([Path("results/calibration.jsonl")]).harness} == {"hog"}
    done = call("--quick", "--trials", "5")
    assert len(made) == 5
    assert "called different from itself in 0 of 5 trials" in done.output


def test_trials_that_could_call_nothing_different_are_told_and_made_again(made, monkeypatch):
    def unable(experiment, bench, asked, seed):
        return Result(comparisons={"twin": comparison([10, 20], [-10, 0])}, launch_s=[1.0])

    with monkeypatch.context() as busy:
        busy.setattr(verdicts, "perform", unable)
        done = call("--quick", "--trials", "2")
    assert "2 more trials had fewer than three launches" in done.output
    assert "called different from itself in 0 of 0 trials" in done.output
    call("--quick", "--trials", "2")
    assert len(made) == 2


def test_trials_with_another_budget_or_plan_are_another_calibration(made):
    for plan in ([], ["--trial", "9s"], ["--launches", "5"]):
        call("--quick", "--trials", "2", *plan)
    assert len(made) == 6


def test_an_interrupted_calibration_keeps_what_it_has_and_goes_on(made, monkeypatch):
    perform = verdicts.perform

    def interrupted(*arguments):
        if len(made) == 3:
            raise KeyboardInterrupt
        return perform(*arguments)

    monkeypatch.setattr(verdicts, "perform", interrupted)
    done = call("--quick", "--trials", "6")
    assert done.return_value == 130
    assert "Give the same command again" in done.stderr
    monkeypatch.setattr(verdicts, "perform", perform)
    assert call("--quick", "--trials", "6").return_value == 0
    assert len(made) == len(set(made)) == 6


def test_a_budget_ends_a_calibration_before_a_trial_that_would_not_fit(made):
    done = call("--quick", "--trials", "6", "--budget", "3s")
    assert done.return_value == 0
    assert "the budget is spent" in done.stderr
    assert made == []


def test_too_many_false_alarms_break_the_policy(made, monkeypatch):
    alarm = Result(comparisons={"twin": comparison(different=True)}, launch_s=[1.0])
    monkeypatch.setattr(verdicts, "perform", lambda *_: alarm)
    assert call("--quick", "--trials", "6").return_value == 1


def test_an_experiment_that_is_not_made_in_a_noise_is_said_to_be(made):
    done = call("--experiment", "2 % more", "--noise", "quiet")
    assert isinstance(done.exception, click.UsageError)
    assert "none of these experiments" in str(done.exception)


def test_two_calibrations_into_one_file_are_refused(made, tmp_path):
    from harness.calibrate.findings import appendable

    with appendable(tmp_path / "results" / "calibration.jsonl"):
        done = call("--quick")
    assert isinstance(done.exception, HarnessError)
    assert "another calibration" in str(done.exception)


def test_peers_are_measured_when_they_are_asked_for(made, monkeypatch):
    asked = []

    def peer_trial(name, folder, noise, common):
        from tests.calibrate.making import peer_trial

        asked.append((name, common["noise"], common["number"]))
        return peer_trial(name=name, **common)

    monkeypatch.setattr(verdicts, "peer_trial", peer_trial)
    done = call("--peers", "--experiment", "beside peers", "--trials", "2", "--noise", "hog")
    assert sorted(asked) == [
        (name, "hog", number) for name in ("asv", "hyperfine", "pyperf", "pytest-benchmark") for number in (0, 1)
    ]
    assert len(made) == 2
    assert "beside peers, hog, asv: called different from itself in 0 of 2" in done.output


def test_trials_of_another_precision_or_of_an_experiment_that_is_no_more_are_another_calibration():
    assert is_as_planned(trial())
    assert not is_as_planned(trial(precision=0.5))
    assert not is_as_planned(trial(experiment="of long ago"))
