"""A bisection as it is told. The texts in golden/ are what a reader sees at 80 columns.

`UPDATE_GOLDEN=1 pytest tests/report` writes them anew: look at the difference before you keep it.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from harness.record.bisection import Bisection, Change, Culprit, Effect, Outcome, Side, Weighed
from harness.record.schema import Interval
from harness.report.bisection import BisectionReport
from harness.report.plain import to_text

from .test_table import GOLDEN, hold_against

NAMES = ["alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo", "lima"]
UNINSTALLED = "mix-5f2c91d0: charlie==2.0 is in no index that may be asked, and --find-links has no charlie"


def effect(what, ratio, low, high, launches=24):
    return Effect(what=what, ratio=ratio, interval=Interval(low=low, high=high, confidence=0.95), launches=launches)


def weighed(step, count, side, position=None, launches=12, why=""):
    span = {} if position is None else {"position": position, "low": position - 0.31, "high": position + 0.31}
    error = 0.003 if position is not None and side is not Side.UNKNOWN else 0.0
    return Weighed(step=step, taken=NAMES[:count], side=side, launches=launches, error=error, why=why, **span)


def updated(name):
    return Culprit(changes=[Change(name=name, good="1.0", bad="2.0")])


USUAL = Bisection(
    id="20261122T150312Z-7f3a", of="packages", measure="time", good="old", bad="new", outcome=Outcome.FOUND,
    differing=12, case="work", together=[["golf", "hotel"]], culprits=[updated("kilo")],
    ends=effect("new over old", 1.25, 1.22, 1.28, launches=10),
    effects=[effect("with it, in old", 1.24, 1.22, 1.26), effect("with it, in new", 1.26, 1.23, 1.29)],
    rest=effect("new without it, over old", 1.0, 0.988, 1.02), rest_end="5d0c6b1f2a3e",
    steps=[
        weighed(2, 3, Side.GOOD, -0.07), weighed(2, 6, Side.GOOD, 0.02), weighed(2, 9, Side.GOOD, 0.04),
        weighed(3, 11, Side.BAD, 0.98), weighed(3, 10, Side.GOOD, 0.01),
        replace(weighed(4, 1, Side.BAD, 0.97, launches=24), taken=["kilo"]),
    ],
    error=0.021, allowed_error=0.05, measured_s=252.0, runs=["20261122T150312Z-7f3b", "20261122T150512Z-11aa"],
)  # fmt: skip

PAIR = replace(
    USUAL,
    culprits=[updated("charlie"), updated("juliett")],
    effects=[
        effect("with them, in old", 1.33, 1.3, 1.36),
        effect("charlie alone, in old", 1.01, 0.99, 1.03),
        effect("juliett alone, in old", 0.997, 0.98, 1.01),
        effect("with them, in new", 1.31, 1.28, 1.35),
    ],
    interaction=effect("together, over what each alone makes of it", 1.32, 1.27, 1.37),
    rest=effect("new without them, over old", 1.01, 0.992, 1.02),
)

COMMITS = [each * 40 for each in "1a2b"]

GO_ON = "harness bisect --resume 20261122T150312Z-7f3a --budget 1800s"
ANSWERED = {"ends": None, "effects": [], "rest": None, "rest_end": "", "error": 0.0, "allowed_error": 0.0}

CASES = {
    "one_package": USUAL,
    "pair_that_interacts": PAIR,
    "pair_that_adds_up": replace(
        PAIR,
        effects=[
            effect("with them, in old", 1.33, 1.3, 1.36),
            effect("charlie alone, in old", 1.15, 1.13, 1.17),
            effect("juliett alone, in old", 1.16, 1.14, 1.18),
            effect("with them, in new", 1.31, 1.28, 1.35),
        ],
        interaction=effect("together, over what each alone makes of it", 0.997, 0.97, 1.02),
    ),
    "more_than_one_package": replace(USUAL, rest=effect("new without it, over old", 1.09, 1.06, 1.12)),
    "none": replace(
        USUAL, outcome=Outcome.NONE, case=None, culprits=[], ends=None, effects=[], rest=None, rest_end="", steps=[],
        smallest_seen=0.031, error=0.002,
        remarks=["the answers of work differ: --measure answer finds what changed them"],
    ),
    "mix_not_installed": replace(
        USUAL, outcome=Outcome.NARROWED, measure="answer",
        culprits=[Culprit(changes=[*updated("bravo").changes, *updated("charlie").changes])],
        steps=[weighed(2, 1, Side.GOOD, launches=1), weighed(2, 2, Side.UNKNOWN, launches=0, why=UNINSTALLED),
               weighed(2, 3, Side.BAD, launches=1)],
        **ANSWERED,
    ),
    "what_fails": replace(
        USUAL, measure="running", culprits=[updated("charlie")],
        missing=["test_work.py::work: loop, new: died: Killed", "test_other.py: does not import: SyntaxError"],
        steps=[weighed(2, 2, Side.GOOD, launches=1), weighed(2, 3, Side.BAD, launches=1)],
        **ANSWERED,
    ),
    "budget_that_ended": replace(
        USUAL, outcome=Outcome.NARROWED, effects=[], rest=None, rest_end="", steps=USUAL.steps[:3],
        culprits=[Culprit(changes=[change for name in NAMES[9:] for change in updated(name).changes])],
        remarks=[f"the budget ended before it was found. To go on: {GO_ON}"],
    ),
    "commits": replace(
        USUAL, of="commits", good="v1.2", bad="main", differing=8, measure="answer", together=[],
        culprits=[Culprit(changes=[Change(name="9f8e7d6c5b4a", bad="Sums are made from the small end")])],
        steps=[replace(weighed(2, 0, Side.BAD, launches=1), taken=COMMITS),
               replace(weighed(2, 0, Side.UNKNOWN, launches=0, why="ValueError: broken"), taken=COMMITS[:1])],
        **ANSWERED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_bisection_reads_as_it_should(name):
    text = to_text(BisectionReport(CASES[name]), 80, plain=True)
    assert all(cell_len(row) <= 80 for row in text.splitlines())
    hold_against(GOLDEN / "bisection" / f"{name}.txt", text)
