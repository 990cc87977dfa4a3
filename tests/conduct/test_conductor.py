"""Whole runs with probes and a clock that are played: what is foreseen, where the time goes, and when it ends."""

from __future__ import annotations

import contextlib
import math
import random
from statistics import fmean
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from harness.conduct import launch as launch_module
from harness.conduct import stage as stage_module
from harness.conduct.chances import measured_launches
from harness.conduct.clock import RunClock
from harness.conduct.conductor import Conductor
from harness.conduct.events import CaseLookedAt, EndForeseen, LaunchBegan
from harness.conduct.fold import Story, fold
from harness.conduct.launch import Bench
from harness.conduct.probe import ProbeLost
from harness.judge import Variances
from harness.record.schema import FailureKind, Variant

from .making import Conditioned, FakeProbe, make_case, make_plan, run_began

START_S, LAST_WORD_S = 0.6, 0.05


class Time:
    """Goes on by what is done, and not else."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


TIME = Time()


@pytest.fixture(autouse=True)
def _played(monkeypatch):
    monkeypatch.setattr(stage_module, "_memory_is_scarce", lambda: False)
    monkeypatch.setattr(launch_module, "time", SimpleNamespace(monotonic=TIME))


class PlayedProbe(FakeProbe):
    """Takes its time on the played clock: a call has an effect of its launch, and noise of its own."""

    def __init__(self, name: str, time: Time, call_s: float, noise: random.Random, launch_sd: float) -> None:
        super().__init__(name, [])
        self._time, self._noise = time, noise
        self._call_s = call_s * math.exp(noise.gauss(0, launch_sd))

    def hear(self, timeout_s: float) -> dict[str, Any]:
        self._time.now_s += START_S
        return super().hear(timeout_s)

    def ask(self, timeout_s: float, **order: Any) -> dict[str, Any]:
        message = super().ask(timeout_s, **order)
        if order["do"] != "turn":
            self._time.now_s += LAST_WORD_S
            return message
        wall_s = order["calls"] * self._call_s * math.exp(self._noise.gauss(0, 0.01))
        self._time.now_s += wall_s
        return {**message, "wall_s": wall_s, "cpu_s": wall_s, "peak_bytes": 1_000}


class Played:
    """A run of cases, each a name with its variants' seconds a call, in a budget."""

    def __init__(
        self,
        cases: dict[str, dict[str, float]],
        seed=0,
        *,
        cut_after=None,
        expect=lambda _case: None,
        launch_sd=0.01,
        **plan,
    ) -> None:
        self.time, self._noise, self._launch_sd = TIME, random.Random(seed), launch_sd
        TIME.now_s = 0.0
        self.plan = make_plan(**plan)
        named = [_case(name, variants) for name, variants in cases.items()]
        self._calls_s = {f"{name} {variant}": call_s for name, of in cases.items() for variant, call_s in of.items()}
        self.events: list[Any] = [run_began(*named)]
        self.told: list[tuple[float, float | None]] = []
        self._cut_after = cut_after
        self._expect = expect
        self.dies_next = ""  # a variant whose next probe dies in its first turn
        with contextlib.suppress(KeyboardInterrupt):
            self.run()
        self.ended_s = TIME.now_s

    def run(self) -> None:
        story = Story()
        for event in self.events:
            story.take(event)

        def write(event: Any) -> None:
            self.events.append(event)
            story.take(event)
            if self._cut_after is not None and len(self.events) > self._cut_after:
                self._cut_after = None
                raise KeyboardInterrupt

        bench = Bench(
            cores=[0],
            hold=self._hold,
            write=write,
            settle=lambda _s: None,
            sync=lambda: None,
            clock=RunClock(self.plan.budget_s, max(event.at_s for event in self.events), self.time),
            conditions=Conditioned(),
            watch=lambda done_s, left_s, _what: self.told.append((done_s, left_s)),
            timeout_s=None,
            seed=7,
        )
        Conductor(story, self.plan, bench, self._expect).run({})

    def _hold(self, _environment: int, nodeid: str, name: str, _seed: int) -> Any:
        probe = PlayedProbe(name, self.time, self._calls_s[nodeid], self._noise, self._launch_sd / math.sqrt(2))
        if name == self.dies_next:
            self.dies_next = ""
            probe.script["turn"] = ProbeLost(FailureKind.DIED, "SIGKILL")
        return probe

    def foreseen_s(self) -> float:
        event = next(event for event in self.events if isinstance(event, EndForeseen))
        return event.at_s + event.left_s

    def launches(self) -> list[str]:
        return [event.case for event in self.events if isinstance(event, LaunchBegan)]

    def looks(self) -> list[CaseLookedAt]:
        return [event for event in self.events if isinstance(event, CaseLookedAt)]


def _case(name, variants):
    made = [Variant(name=variant, nodeid=f"{name} {variant}") for variant in variants]
    return msgspec.structs.replace(make_case(*variants), id=name, variants=made)


SEVENFOLD = {"slow": 0.07, "fast": 0.01}
CLOSE = {"one": 0.05, "other": 0.05}


def test_a_sevenfold_ratio_ends_at_the_first_look():
    run = Played({"seven": SEVENFOLD}, budget_s=600.0)
    assert run.launches().count("seven") == 4
    (look,) = run.looks()
    assert (look.launch, look.enough) == (4, True)
    (case,) = fold(run.events)
    assert [each.launch for each in case.looks] == [4]


def test_a_stated_number_of_launches_is_looked_at_once_at_its_end():
    run = Played({"seven": SEVENFOLD}, budget_s=600.0, launches=6)
    assert len(run.launches()) == 6
    assert run.looks() == []


def test_the_budget_that_one_case_does_not_need_goes_to_the_other():
    run = Played({"seven": SEVENFOLD, "close": CLOSE}, budget_s=200.0, precision=0.001)
    assert run.launches().count("seven") < 12
    assert run.launches().count("close") > 2 * run.launches().count("seven")
    assert run.time.now_s <= 200.0


def test_cases_take_turns_in_their_first_launches():
    run = Played({"a": CLOSE, "b": CLOSE, "c": CLOSE}, budget_s=100.0)
    assert run.launches()[:9] == ["a", "b", "c"] * 3


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "plan",
    [
        {"budget_s": 60.0, "precision": 0.001},
        {"budget_s": 600.0, "launches": 7},
        {"budget_s": 25.0, "precision": 0.05},
    ],
    ids=["budget", "stated launches", "small budget"],
)
def test_after_the_pilots_the_end_is_foreseen_within_a_fifth(plan, seed):
    run = Played({"seven": SEVENFOLD, "close": CLOSE, "slow": {"a": 0.3, "b": 0.2}}, seed, **plan)
    assert run.foreseen_s() == pytest.approx(run.time.now_s, rel=0.2)


def test_where_cases_stop_early_the_end_is_foreseen_from_the_noise_that_earlier_runs_have_shown():
    noise = Variances(
        within=0.0002, within_degrees=99.0, between=1e-4, between_degrees=30.0, runs=5, launch_s=1.2, block_s=0.1
    )
    runs = [
        Played({"seven": SEVENFOLD, "close": CLOSE}, seed, budget_s=1_000.0, expect=lambda _case: noise)
        for seed in range(8)
    ]
    assert all(run.ended_s < 200.0 for run in runs)
    ratios = [run.foreseen_s() / run.ended_s for run in runs]
    # A single run may end a look sooner or later than is likely, which nobody knows beforehand.
    assert fmean(ratios) == pytest.approx(1, abs=0.2)


def test_nothing_is_foreseen_once_the_budget_is_spent():
    run = Played({"dear": {"a": 40.0, "b": 40.0}}, budget_s=60.0)
    assert not any(isinstance(event, EndForeseen) for event in run.events)


def test_the_time_that_is_told_is_what_is_predicted_and_never_more_than_the_budget():
    run = Played({"seven": SEVENFOLD}, budget_s=600.0)
    foreseen = next(event for event in run.events if isinstance(event, EndForeseen))
    assert all(left_s <= 600.0 - done_s + 1e-9 for done_s, left_s in run.told)
    after = [left_s for done_s, left_s in run.told if done_s > foreseen.at_s]
    assert max(after) < 60.0
    assert after[-1] < after[0]


@pytest.mark.parametrize("cut_after", [5, 40, 130, 300, 420])
def test_a_run_that_was_cut_goes_on_with_its_looks_and_what_it_knows_of_costs(cut_after):
    run = Played({"seven": SEVENFOLD, "close": CLOSE}, budget_s=120.0, precision=0.004, cut_after=cut_after)
    assert len(run.events) == cut_after + 1
    before = run.looks()
    run.run()
    assert run.looks()[: len(before)] == before
    for case in fold(run.events):
        assert [each.spent for each in case.looks] == sorted({each.spent for each in case.looks})
        assert len(case.looks) <= 4
        assert sum(1 for each in case.launches if each.phase == "measured") >= 3
    assert run.time.now_s <= 121.0


def test_a_pilot_that_was_cut_and_then_lost_the_twins_original_brings_no_second_twin():
    run = Played({"seven": SEVENFOLD}, budget_s=600.0, cut_after=12)
    assert twins_of(run) == ["fast (twin)"], "cut within the pilot, after it has chosen the twin"
    run.dies_next = "fast"
    run.run()
    assert twins_of(run) == ["fast (twin)"]
    (case,) = fold(run.events)
    assert len(case.variants[1].failures) == 1
    assert len(measured_launches(case)) >= 4


def twins_of(run):
    return [variant.name for case in fold(run.events) for variant in case.variants if variant.twin_of]
