"""The page of a calibration, and the findings that it is made of."""

import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from harness.calibrate.findings import appendable
from harness.calibrate.summary import summary
from harness.cli.main import cli
from harness.failure import HarnessError
from harness.report.calibration import page
from tests.calibrate.making import calibration, comparison, peer_trial, sitting, trial

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "calibration.md"


def kept(folder, *lines, name="findings.jsonl"):
    with appendable(folder / name) as (_, keeper):
        for line in lines:
            keeper.keep(line)
    return folder / name


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return summary([kept(tmp_path_factory.mktemp("findings"), *calibration())])


def test_the_page_has_all_parts_that_there_are_findings_for(found):
    text = page(found, {}, "harness calibrate report")
    parts = [line for line in text.splitlines() if line.startswith("#")]
    titles = ["What the verdicts are held to", "What the machine showed", "False alarms", "Power", "Coverage"]
    assert parts == ["# Calibration", *(f"## {title}" for title in titles), "## Beside its peers"]


def test_what_was_not_measured_is_not_shown(tmp_path):
    text = page(summary([kept(tmp_path, sitting(), trial(0))]), {}, "")
    assert "Beside its peers" not in text
    assert "## Coverage" not in text
    assert "not simulated" in text


def test_findings_in_another_order_give_the_same_page(tmp_path, found):
    first, *rest = calibration()
    again = summary([kept(tmp_path, first, *reversed(rest))])
    assert page(again, {}, "") == page(found, {}, "")


def test_every_row_of_a_table_has_as_many_cells_as_its_title(found):
    lines = [line for line in page(found, {}, "").splitlines() if line.startswith("|")]
    width = 0
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        width = line.count("|") if following.startswith("| ---") else width
        assert line.count("|") == width


def test_a_long_plan_is_simulated_from_long_trials_and_told_with_what_these_recorded(found):
    short, long = next(each.plans for each in found.resampled if each.noise == "hog")
    assert (short.recorded.experiment, short.recorded.launches) == ("same", 12 * 4)
    assert (long.recorded.experiment, long.recorded.launches, long.recorded.bias) == ("2 % more", 12 * 9, None)
    text = page(found, {}, "")
    assert "| hog | 108 of 2 % more | " in text
    assert "| taken off |" in text


def test_beside_the_spread_stands_that_of_the_middle_half_which_a_launch_far_off_leaves_alone(tmp_path):
    def recorded(*odd):
        chance = np.random.default_rng(3)
        trials = [
            trial(number, comparisons={"twin": comparison(*([round(each)] for each in chance.normal(0, 200, 5)))})
            for number in range(200)
        ]
        found = summary([kept(tmp_path, sitting(), *trials, *odd, name=f"{len(odd)}.jsonl")])
        return found.resampled[0].plans[0].recorded

    normal = recorded()
    assert normal.middle_sd == pytest.approx(normal.sd, rel=0.08)
    far_off = recorded(*(trial(200 + each, comparisons={"twin": comparison([4000], [0], [0])}) for each in range(10)))
    assert far_off.sd > 2 * normal.sd
    assert far_off.middle_sd == pytest.approx(normal.middle_sd, rel=0.05)


def test_a_noise_without_long_trials_has_its_long_plan_from_short_ones(found):
    _, long = next(each.plans for each in found.resampled if each.noise == "quiet")
    assert long.recorded.experiment == "same"


def test_twins_of_long_trials_are_counted_beside_those_of_short_ones_and_demanded_nothing_of(found):
    assert [(each.experiment, each.noise) for each in found.alarms] == [
        ("same", "quiet"), ("same", "hog"), ("2 % more", "hog"),
    ]  # fmt: skip
    assert "2 % more" not in found.demands[0].found


def test_real_alarms_are_held_against_those_of_the_same_trials_turned_round(found):
    short = next(each for each in found.alarms if (each.experiment, each.noise) == ("same", "hog"))
    assert short.as_many == 1.0, "none was called different, so as many or more are certain"
    assert 0 < short.turned < 0.1
    assert f"| {100 * short.turned:.1f} % | 100.0 % |" in page(found, {}, "")


def test_a_machine_that_others_used_is_not_called_quiet(tmp_path):
    busy = msgspec.structs.replace(trial(0).company, others_cores=1.3)
    text = page(summary([kept(tmp_path, sitting(), trial(0, noise="quiet", company=busy))]), {}, "")
    assert "Quiet was not quiet:** others kept 1.30 cores busy" in text


def test_trials_with_another_plan_are_left_out_and_said_to_be(tmp_path):
    others = [trial(5, budget_s=9.0), trial(6, fixed_launches=3)]
    found = summary([kept(tmp_path, sitting(), *(trial(number) for number in range(3)), *others)])
    assert found.alarms[0].share.trials == 3
    assert "2 trials in these files had another plan" in page(found, {}, "")


def other_machine(**fields):
    machine = {**sitting().machine, "memory_gib": 64, "caches": {"L1d": 49152}}
    return sitting(id="cafe0002", machine_digest="sha256:" + "1" * 64, machine=machine, **fields)


def test_trials_of_two_machines_count_together_and_each_ones_are_told(tmp_path):
    there = [trial(number, sitting="cafe0002") for number in (1, 2)]
    found = summary([kept(tmp_path, sitting(), other_machine(), trial(0), *there)])
    assert found.alarms[0].share.trials == 3
    text = page(found, {}, "")
    assert "on 2 machines: A: Some CPU, 2 cores (4 logical), 8 GiB (caches.L1d None, memory_gib 8); B: " in text
    assert "| same | hog | 1 | 2 |" in text


def test_a_machine_without_trials_is_not_told_of(tmp_path):
    text = page(summary([kept(tmp_path, sitting(), other_machine(), trial(0))]), {}, "")
    assert "on one machine: Some CPU, 2 cores (4 logical), 8 GiB;" in text


def test_tools_are_compared_on_one_machine_alone(tmp_path):
    peers = [trial(number, experiment="beside peers", budget_s=10.0) for number in range(3)]
    elsewhere = [trial(number, experiment="beside peers", budget_s=10.0, sitting="cafe0002") for number in (3, 4)]
    rivals = [peer_trial(number, budget_s=10.0) for number in range(3)]
    found = summary([kept(tmp_path, sitting(), other_machine(), trial(0), *peers, *elsewhere, *rivals)])
    assert found.left_out == 2


def test_trials_whose_sitting_or_whose_experiment_is_no_more_end_no_page(tmp_path):
    lost = trial(1, sitting="cafe0009"), peer_trial(2, sitting="cafe0009")
    found = summary([kept(tmp_path, sitting(), trial(0), *lost, peer_trial(3, experiment="of long ago"))])
    assert found.alarms[0].share.trials == 2


def test_without_trials_there_is_no_page(tmp_path):
    with pytest.raises(HarnessError, match="no trials to report"):
        summary([kept(tmp_path, sitting())])


def test_the_command_writes_the_page_and_its_pictures_the_same_each_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kept(tmp_path, *calibration())
    command = ["calibrate", "report", "findings.jsonl", "--out", "docs/page.md"]

    def written():
        done = CliRunner().invoke(cli, command, standalone_mode=False, catch_exceptions=False)
        assert done.output == "docs/page.md\n"
        return {path.name: path.read_bytes() for path in sorted((tmp_path / "docs").rglob("*.*"))}

    first = written()
    assert sorted(first) == ["alarms.svg", "coverage.svg", "page.md", "peers.svg", "power.svg"]
    text = first["page.md"].decode()
    assert "harness calibrate report findings.jsonl --out docs/page.md" in text
    assert all(f"](page/{name})" in text for name in first if name.endswith(".svg"))
    assert written() == first


def test_without_a_place_the_page_is_printed(tmp_path):
    path = kept(tmp_path, sitting(), trial(0))
    done = CliRunner().invoke(cli, ["calibrate", "report", str(path)], standalone_mode=False)
    assert done.output.startswith("# Calibration")


def test_a_page_that_cannot_be_written_is_named(tmp_path):
    path = kept(tmp_path, sitting(), trial(0))
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(cli, ["calibrate", "report", str(path), "--out", str(tmp_path / "file" / "page.md")])
    assert isinstance(done.exception, HarnessError)
    assert "cannot be written" in str(done.exception)


@pytest.mark.skipif(not PAGE.exists(), reason="no calibration is published here")
def test_the_published_page_is_what_the_published_findings_give(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs" / "calibration").mkdir(parents=True)
    published = sorted((ROOT / "docs" / "calibration").glob("*.jsonl"))
    for path in published:
        shutil.copy(path, tmp_path / "docs" / "calibration")
    files = [f"docs/calibration/{path.name}" for path in published]
    done = CliRunner().invoke(
        cli, ["calibrate", "report", *files, "--out", "docs/calibration.md"], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert (tmp_path / "docs" / "calibration.md").read_text() == PAGE.read_text()
    drawn = {path.name for path in (tmp_path / "docs" / "calibration").glob("*.svg")}
    assert drawn == {path.name for path in (ROOT / "docs" / "calibration").glob("*.svg")}
