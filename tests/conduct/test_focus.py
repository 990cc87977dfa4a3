"""Launches go to the two values around a break-even point, once every value has had its first."""

from __future__ import annotations

import math
import random

import msgspec

from harness.conduct.clock import RunClock
from harness.conduct.conductor import Conductor
from harness.conduct.fold import Story
from harness.judge.curves import focus
from harness.record.schema import Variant

from .making import FakeProbe, make_bench, make_case, make_plan, run_began

SIZES = [1, 10, 100, 1_000, 10_000]
# Enough for the first pass, and too little to know all values well enough.
BUDGET_S = 22.5
EVEN = 316  # the size at which both take the same time


class Scripted(FakeProbe):
    """Takes the time of its variant at its size, to a launch effect of its own, on a clock that it moves."""

    def __init__(self, name, nodeid, clock, chance):
        super().__init__(name, [], {"finish": self._stated()})
        size = int(nodeid.rpartition("-")[2].rstrip("]"))
        ratio = (size / EVEN) ** -0.05 if "fast" in nodeid else 1.0
        self._wall_s = 0.02 * ratio * math.exp(chance.gauss(0, 0.03))
        self._clock = clock

    @staticmethod
    def _stated():
        return {
            "kind": "stated", "problems": [], "answer": 1, "counters": {}, "parts_s": {}, "axis": "size", "notes": {},
        }  # fmt: skip

    def hear(self, timeout_s):
        self._clock[0] += 0.2
        return super().hear(timeout_s)

    def ask(self, timeout_s, **order):
        message = super().ask(timeout_s, **order)
        if order["do"] != "turn":
            return message
        self._clock[0] += self._wall_s * order["calls"]
        return {**message, "wall_s": self._wall_s * order["calls"], "cpu_s": self._wall_s * order["calls"]}


def swept_case(size):
    variants = [Variant(name=name, nodeid=f"test_suite.py::test[{name}-{size}]") for name in ("naive", "fast")]
    case = make_case(
        "naive", "fast", id=f"sort, size={size}", params={"size": str(size)}, numbers={"size": float(size)}
    )
    return msgspec.structs.replace(case, variants=variants)


def launches(budget_s, chosen_focus, sizes=SIZES):
    """How many launches each size gets of this budget, on a conductor whose probes and clock are scripted."""
    now, chance, events = [0.0], random.Random(3), []
    story = Story()
    story.take(run_began(*(swept_case(size) for size in sizes)))
    bench = msgspec.structs.replace(
        make_bench([], events),
        hold=lambda _environment, nodeid, name, _seed: Scripted(name, nodeid, now, chance),
        write=story.take,
        clock=RunClock(budget_s, monotonic=lambda: now[0]),
    )
    Conductor(story, make_plan(budget_s=budget_s, precision=0.03), bench, focus=chosen_focus).run({})
    return {int(case.params["size"]): len(case.launches) for case in story.cases()}


def test_after_the_first_pass_launches_go_to_the_two_values_around_the_crossing():
    given = launches(BUDGET_S, focus)
    elsewhere = [given[1], given[10], given[10_000]]
    assert min(elsewhere) >= 3, "the first pass is everyone's"
    assert given[100] + given[1_000] > 2 * sum(elsewhere), given


def test_without_a_focus_the_crossing_gets_no_more_than_others():
    given = launches(BUDGET_S, lambda _cases: {})
    assert given[100] + given[1_000] < given[1] + given[10] + given[10_000], given
