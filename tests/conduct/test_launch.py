"""One launch with fake probes: the order of turns, and what is left in the journal."""

from __future__ import annotations

import contextlib

import msgspec
import pytest

from harness.conduct import launch as launch_module
from harness.conduct import stage as stage_module
from harness.conduct.events import (
    BlockEnded,
    LaunchBegan,
    LimitStated,
    PeakTaken,
    ProbesReady,
    Sampled,
    Stated,
    VariantFailed,
    Watched,
)
from harness.conduct.launch import Launch, LaunchVoid
from harness.conduct.pace import Pace
from harness.conduct.probe import ProbeLost
from harness.record.schema import FailureKind, Phase

from .making import FakeProbe, make_bench, make_case

NAMES = ["a", "b", "c"]


@pytest.fixture(autouse=True)
def _enough_memory(monkeypatch):
    monkeypatch.setattr(stage_module, "_memory_is_scarce", lambda: False)


class Play:
    """A launch of fake probes: what they did, and what was written."""

    def __init__(self, number=1, scripts=None, fresh=False):
        self.diary = []
        self.events = []
        bench = make_bench(self.diary, self.events, scripts)
        self.launch = Launch(make_case(*NAMES), number, Pace(), bench, fresh=fresh)

    def turns(self):
        return [name for what, name in self.diary if what == "turn"]

    def kinds(self):
        return [type(event) for event in self.events]

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


def test_probes_of_one_block_run_once_each_in_a_random_order_that_the_seed_fixes():
    orders = []
    for number in (1, 1, 2):
        play = Play(number)
        with play.launch as launch:
            launch.open(NAMES)
            for _ in range(20):
                launch.block({}, Phase.MEASURED)
        blocks = [tuple(play.turns()[start : start + 3]) for start in range(0, 60, 3)]
        assert all(sorted(block) == NAMES for block in blocks)
        assert len(set(blocks)) >= 4
        orders.append(blocks)
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]


@pytest.mark.parametrize(("here", "expected"), [(5, [5] * 9), (4, [3] * 3 + [5] * 3 + [3] * 3), (None, None)])
def test_all_turns_of_a_block_begin_on_one_core_where_the_conductor_was_woken_if_it_may_be_used(
    monkeypatch, here, expected
):
    told = []

    class Told(FakeProbe):
        def ask(self, timeout_s, **order):
            told.append(order["core"])
            return super().ask(timeout_s, **order)

    monkeypatch.setattr(launch_module, "current", lambda: here)
    bench = msgspec.structs.replace(
        make_bench([], []), cores=[3, 5], hold=lambda _environment, _nodeid, name, _seed: Told(name, [])
    )
    with Launch(make_case(*NAMES), 1, Pace(), bench, fresh=False) as launch:
        launch.open(NAMES)
        for _ in range(3):
            launch.block({}, Phase.MEASURED)
    assert told == (expected or [3] * 3 + [5] * 3 + [3] * 3)


def test_only_one_probe_is_awake_at_any_time():
    play = Play()
    with play.launch as launch:
        launch.open(NAMES)
        play.diary.clear()
        launch.block({}, Phase.MEASURED)
    asleep = set(NAMES)
    for what, name in play.diary:
        if what == "wake":
            assert asleep == set(NAMES)
            asleep.remove(name)
        if what == "stop":
            asleep.add(name)


def test_each_sample_is_written_before_the_next_turn():
    play = Play()
    with play.launch as launch:
        launch.open(NAMES)
        launch.block({"b": 4}, Phase.WARM_UP)
    assert play.kinds() == [LaunchBegan, ProbesReady, Sampled, Sampled, Sampled, BlockEnded]
    samples = {event.sample.variant: event.sample for event in play.of(Sampled)}
    assert {name: (sample.calls, sample.phase, sample.block) for name, sample in samples.items()} == {
        "a": (1, Phase.WARM_UP, 0),
        "b": (4, Phase.WARM_UP, 0),
        "c": (1, Phase.WARM_UP, 0),
    }


def test_launches_draw_their_own_hash_seeds():
    seeds = set()
    for number in (1, 2, 3):
        play = Play(number)
        with play.launch:
            pass
        seeds.add(play.of(LaunchBegan)[0].hash_seed)
    assert len(seeds) == 3
    assert all(0 < seed < 2**32 for seed in seeds)


def test_a_variant_that_is_lost_is_told_and_the_others_go_on():
    play = Play(scripts={"b": {"turn": ProbeLost(FailureKind.DIED, "died of SIGKILL", "last words")}})
    with play.launch as launch:
        launch.open(NAMES)
        launch.block({}, Phase.MEASURED)
        launch.block({}, Phase.MEASURED)
        launch.stage.close()
    assert sorted(play.turns()) == ["a", "a", "b", "c", "c"]
    (failed,) = play.of(VariantFailed)
    assert (failed.variant, failed.failure.kind, failed.failure.output) == ("b", FailureKind.DIED, "last words")
    assert sorted(event.variant for event in play.of(Stated)) == ["a", "c"]


@pytest.mark.parametrize("turn", [{"kind": "turn"}, {"kind": "turn", "wall_s": "x", "cpu_s": 1.0}, {"kind": "memory"}])
def test_something_else_than_a_sample_is_garbled(turn):
    play = Play(scripts={"a": {"turn": turn}})
    with play.launch as launch:
        launch.open(["a"])
        launch.block({}, Phase.MEASURED)
    (failed,) = play.of(VariantFailed)
    assert failed.failure.kind is FailureKind.GARBLED
    assert failed.failure.output == "its last words"
    assert play.of(Sampled) == []


def test_a_void_launch_ends_its_block_without_a_word():
    play = Play(scripts={"a": {"turn": LaunchVoid("lost a worker")}})
    with play.launch as launch:
        launch.open(["a"])
        with pytest.raises(LaunchVoid):
            launch.block({}, Phase.MEASURED)
    assert play.of(BlockEnded) == []
    assert play.diary[-1] == ("close", "a")


def test_no_probe_outlives_its_launch():
    play = Play()
    with contextlib.suppress(KeyboardInterrupt), play.launch as launch:
        launch.open(NAMES)
        raise KeyboardInterrupt
    assert sorted(name for what, name in play.diary if what == "close") == NAMES


def test_a_pilot_takes_one_call_and_the_peak_of_another():
    play = Play()
    with play.launch as launch:
        launch.open(NAMES)
        launch.pilot_block()
    assert {event.variant: event.peak_bytes for event in play.of(PeakTaken)} == dict.fromkeys(NAMES, 1000)
    assert all(event.sample.phase is Phase.PILOT for event in play.of(Sampled))


def test_a_twin_has_its_turns_with_the_calls_of_its_original():
    play = Play()
    with play.launch as launch:
        launch.open(["a"])
        launch.bring_twin("a (twin)", "a")
        launch.block({"a": 5}, Phase.MEASURED)
    assert {event.sample.variant: event.sample.calls for event in play.of(Sampled)} == {"a": 5, "a (twin)": 5}


def test_a_twin_takes_part_in_the_warm_up_and_in_a_random_choice_of_blocks():
    chosen = set()
    for number in range(1, 20):
        play = Play(number=number)
        with play.launch as launch:
            launch.open(["a", "b"])
            launch.bring_twin("a (twin)", "a")
            launch.ration_twin(5, 2)
            launch.block({}, Phase.WARM_UP)
            for _ in range(6):
                launch.block({}, Phase.MEASURED)
        blocks = [event.sample.block for event in play.of(Sampled) if event.sample.variant == "a (twin)"]
        assert blocks[0] == 0
        assert len(blocks) == 3
        assert 6 not in blocks
        chosen |= set(blocks)
        assert [event.sample.block for event in play.of(Sampled) if event.sample.variant == "b"] == list(range(7))
    assert chosen == {0, 1, 2, 3, 4, 5}


def test_calibration_doubles_until_a_turn_lasts_ten_milliseconds():
    times = iter([1e-6, 2e-3, 0.02])
    play = Play()
    with play.launch as launch:
        launch.open(["a"])
        probe = launch._probes["a"]
        ask = probe.ask
        probe.ask = lambda limit_s, **order: {**ask(limit_s, **order), "wall_s": next(times)}
        assert launch.calibrated_call_s("a") == pytest.approx(0.02 / 50_000)
    assert [event.sample.calls for event in play.of(Sampled)] == [1, 10_000, 50_000]


def test_a_probe_is_never_asked_for_more_calls_than_its_test_allows():
    ready = {"kind": "ready", "most_calls": 5, "start_s": 0.1}
    memory = {"kind": "memory", "peak_bytes": 1, "calls": 2}
    play = Play(scripts={"a": {"ready": ready, "memory": memory}})
    with play.launch as launch:
        launch.open(["a"])
        launch.pilot_block()
        assert launch.can_take({"a": 2})
        assert not launch.can_take({"a": 3})
        launch.block({"a": 3}, Phase.MEASURED)
        assert play.turns() == ["a"]
        launch.block({"a": 2}, Phase.MEASURED)
        assert not launch.can_take({})
        launch.peaks()
    assert [event.sample.calls for event in play.of(Sampled)] == [1, 2]
    assert len(play.of(PeakTaken)) == 1


def test_a_peak_that_cannot_be_told_is_not_written():
    play = Play(scripts={"a": {"memory": {"kind": "memory", "peak_bytes": None}}})
    with play.launch as launch:
        launch.open(["a"])
        launch.peaks()
    assert play.of(PeakTaken) == []


def test_problems_with_an_answer_are_told_beside_what_was_stated():
    stated = {
        "problems": ["answer: a set can't be compared"],
        "counters": {"n": 1},
        "parts_s": {},
        "axis": None,
        "notes": {},
    }
    play = Play(scripts={"a": {"finish": {"kind": "stated", **stated}}})
    with play.launch as launch:
        launch.open(["a"])
        launch.stage.close()
    (failed,) = play.of(VariantFailed)
    assert (failed.failure.kind, failed.failure.text) == (FailureKind.UNANSWERED, "answer: a set can't be compared")
    (said,) = play.of(Stated)
    assert (said.answer, said.counters) == (None, {"n": 1})


def test_a_fresh_launch_states_the_answer_of_each_call():
    play = Play(fresh=True)
    with play.launch as launch:
        launch.open(NAMES)
        launch.block({}, Phase.MEASURED)
        launch.stage.close()
    assert play.kinds() == [LaunchBegan, ProbesReady, *[Sampled, Stated] * 3, BlockEnded]


def test_a_limit_is_measured_by_a_probe_of_its_own():
    play = Play(scripts={"limit": {"ready": {"kind": "limit", "limit_s": 0.25}}})
    with play.launch as launch:
        launch.limit("test_suite.py::test_limit")
    assert [event.limit_s for event in play.of(LimitStated)] == [0.25]
    assert play.diary == [("ready", "limit"), ("close", "limit")]


@pytest.mark.parametrize("said", [{"kind": "ready", "most_calls": None}, ProbeLost(FailureKind.RAISED, "no")])
def test_a_limit_that_fails_is_no_fault_of_a_variant(said):
    play = Play(scripts={"limit": {"ready": said}})
    with play.launch as launch:
        launch.limit("test_suite.py::test_limit")
    (failed,) = play.of(VariantFailed)
    assert failed.variant is None


def watched(looks, crowded=()):
    return {"kind": "memory", "peak_bytes": 1, "calls": 1, "running": {"cores": 2, "looks": looks, "crowded": crowded}}


def turn(cpu_s, wall_s=0.5):
    return {"kind": "turn", "wall_s": wall_s, "cpu_s": cpu_s, "peak_bytes": 1000}


def test_a_pilot_watches_the_threads_of_a_call_that_ran_on_several_cores():
    busy = {"turn": turn(0.9), "memory": watched([0, 1, 2])}
    play = Play(scripts={"a": busy, "b": {**busy, "turn": turn(0.5)}, "c": {"turn": turn(0.9)}})
    with play.launch as launch:
        launch.open(NAMES)
        launch.pilot_block()
    (seen,) = play.of(Watched)
    assert (seen.variant, seen.running.looks) == ("a", [0, 1, 2])
    assert sorted(name for what, name in play.diary if what == "memory") == ["a", "c"]


def test_a_short_call_is_watched_so_often_that_some_looks_see_it():
    orders = []
    play = Play(scripts={"a": {"turn": turn(0.003, wall_s=0.002)}})
    with play.launch as launch:
        launch.open(["a"])
        probe = launch._probes["a"]
        ask = probe.ask
        probe.ask = lambda limit_s, **order: orders.append(order) or ask(limit_s, **order)
        launch.pilot_block()
    assert orders[1] == {"do": "memory", "calls": 50}


@pytest.mark.parametrize("running", [None, "many", {"cores": "two", "looks": []}, {"cores": 2, "looks": {"1": 2}}])
def test_what_is_no_look_at_threads_is_left_out(running):
    play = Play(scripts={"a": {"memory": {"kind": "memory", "peak_bytes": 1, "calls": 1, "running": running}}})
    with play.launch as launch:
        launch.open(["a"])
        launch.peaks()
    assert play.of(Watched) == []
    assert len(play.of(PeakTaken)) == 1


def test_counted_instructions_are_in_the_sample():
    play = Play(scripts={"a": {"turn": {"kind": "turn", "wall_s": 0.5, "cpu_s": 0.5, "instructions": 123}}})
    with play.launch as launch:
        launch.open(["a", "b"])
        launch.block({}, Phase.MEASURED)
    assert {event.sample.variant: event.sample.instructions for event in play.of(Sampled)} == {"a": 123, "b": None}
