"""Who stands ready, who is woken, and who is dropped."""

from __future__ import annotations

import pytest

from harness.conduct import stage as stage_module
from harness.conduct.probe import LaunchVoid, ProbeLost
from harness.conduct.stage import FreshStage, HeldStage, MemoryShort
from harness.record.schema import FailureKind

from .making import FakeProbe

RAISED = ProbeLost(FailureKind.RAISED, "no good")


@pytest.fixture(autouse=True)
def memory(monkeypatch):
    """Memory is not scarce, unless a test says so."""
    scarce = [False]
    monkeypatch.setattr(stage_module, "_memory_is_scarce", lambda: scarce[0])
    return scarce


class Play:
    """A stage of fake probes, and the diary of what happened on it."""

    def __init__(self, kind, scripts=None):
        self.diary = []
        self.lost = []
        self.stage = kind(
            lambda name: self._start(name, scripts or {}),
            lambda probe: probe.hear(1.0),
            lambda _name, probe: probe.ask(1.0, do="finish"),
            lambda name, lost: self.lost.append((name, lost.text)),
        )

    def _start(self, name, scripts):
        self.diary.append(("start", name))
        return FakeProbe(name, self.diary, scripts.get(name))

    def turn(self, name):
        self.stage.turn(name, lambda probe: probe.ask(1.0, do="turn", calls=1))

    def of(self, name):
        return [what for what, who in self.diary if who == name]


def test_held_probes_start_together_and_wait_stopped():
    play = Play(HeldStage)
    play.stage.open(["a", "b"])
    assert play.diary == [
        ("start", "a"), ("start", "b"), ("ready", "a"), ("stop", "a"), ("ready", "b"), ("stop", "b"),
    ]  # fmt: skip
    assert play.stage.names == ["a", "b"]


def test_a_held_probe_is_awake_for_its_turn_alone():
    play = Play(HeldStage)
    play.stage.open(["a", "b"])
    play.diary.clear()
    play.turn("b")
    assert play.diary == [("wake", "b"), ("turn", "b"), ("stop", "b")]


def test_at_the_end_each_held_probe_says_its_last_word_and_is_closed():
    play = Play(HeldStage)
    play.stage.open(["a", "b"])
    play.diary.clear()
    play.stage.close()
    assert play.of("a") == play.of("b") == ["wake", "finish", "close"]
    assert play.stage.names == []


def test_a_probe_that_is_never_ready_is_dropped_and_the_others_stand():
    play = Play(HeldStage, {"a": {"ready": RAISED}})
    play.stage.open(["a", "b"])
    assert play.stage.names == ["b"]
    assert play.lost == [("a", "no good")]
    assert play.of("a") == ["start", "ready", "close"]


def test_a_probe_that_fails_in_its_turn_is_closed_and_the_others_go_on():
    play = Play(HeldStage, {"a": {"turn": RAISED}})
    play.stage.open(["a", "b"])
    play.turn("a")
    play.turn("b")
    assert play.stage.names == ["b"]
    assert play.of("a")[-1] == "close"
    assert play.of("b")[-2:] == ["turn", "stop"]


def test_a_probe_that_fails_at_its_last_word_is_lost_and_the_others_say_theirs():
    play = Play(HeldStage, {"a": {"finish": RAISED}})
    play.stage.open(["a", "b"])
    play.stage.close()
    assert play.lost == [("a", "no good")]
    assert play.of("b")[-2:] == ["finish", "close"]


def test_a_twin_can_join():
    play = Play(HeldStage)
    play.stage.open(["a"])
    play.stage.add("a (twin)")
    assert play.stage.names == ["a", "a (twin)"]


def test_held_probes_that_fill_the_memory_are_told_of(memory):
    memory[0] = True
    play = Play(HeldStage)
    with pytest.raises(MemoryShort):
        play.stage.open(["a", "b"])
    play.stage.kill()
    assert play.of("a")[-1] == play.of("b")[-1] == "close"


def test_a_fresh_probe_lives_for_its_turn():
    play = Play(FreshStage)
    play.stage.open(["a", "b"])
    play.turn("a")
    assert play.diary == [("start", "a"), ("ready", "a"), ("turn", "a"), ("finish", "a"), ("close", "a")]


@pytest.mark.parametrize("when", ["ready", "turn", "finish"])
def test_a_fresh_probe_that_fails_is_closed_and_gets_no_further_turn(when):
    play = Play(FreshStage, {"a": {when: RAISED}})
    play.stage.open(["a", "b"])
    play.turn("a")
    assert play.stage.names == ["b"]
    assert play.lost == [("a", "no good")]
    assert play.of("a")[-1] == "close"


def test_a_fresh_probe_is_closed_where_its_launch_is_void():
    play = Play(FreshStage, {"a": {"turn": LaunchVoid("lost a worker")}})
    play.stage.open(["a"])
    with pytest.raises(LaunchVoid):
        play.turn("a")
    assert play.of("a")[-1] == "close"
