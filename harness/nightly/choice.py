"""Which anchors a night measures: a pure function of the anchors, the nights before and the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from harness.record.results import Run

LINKING_NIGHTS = 5


def anchors_tonight(
    anchors: Sequence[int], nights: Iterable[Run], date: str, *, cpu_model: str, scale: str
) -> list[int]:
    """The numbers of the anchors that today is measured against, ascending; the last one is the newest.

    anchors: all that there are. nights: those before, in any order; others of the same day don't count, so that a night
    that is measured again has the same anchors. date: as 2026-11-22.

    A new anchor stands beside the one before it until five nights have measured both, so that the line goes on with an
    error that is known; those of this model of processor and scale count, where it has a line to go on with at all. The
    first night of a month has the first anchor, too: what links add up to is held against the beginning.
    """
    if not anchors:
        return []
    newest = anchors[-1]
    before = [run for run in nights if run.night is not None and run.night != date and _measured(run)]
    line = [run for run in before if (run.cpu_model, run.scale) == (cpu_model, scale)]
    wanted = {newest}
    for older, newer in pairwise(anchors):
        if _nights_of_both(line, before, older, newer) < LINKING_NIGHTS:
            wanted |= {older, newer}
    month = date[:7]
    if not any({anchors[0], newest} <= {*run.anchors} for run in line if (run.night or "")[:7] == month):
        wanted.add(anchors[0])
    return sorted(wanted)


def _nights_of_both(line: Sequence[Run], everywhere: Sequence[Run], older: int, newer: int) -> int:
    """On how many nights a link was measured, in the line that needs it."""
    needs = any(older in run.anchors and newer not in run.anchors for run in line)
    seen = line if needs else everywhere
    return len({run.night for run in seen if {older, newer} <= {*run.anchors}})


def _measured(run: Run) -> bool:
    return any(verdict != "not measured" for verdict in run.verdicts)
