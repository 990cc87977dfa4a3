"""Answers and counters over nights: known without noise, so that one night is enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter

from harness.record.history import ExactChange
from harness.record.results import Measure
from harness.record.series import Point, Series

# So many nights without a change, and what went to and fro before counts as settled.
SETTLED = 14
UNSTABLE = "unstable"
_AS_ANCHOR = "agree"


def exact_changes(series: Series) -> list[ExactChange]:
    """Where the answer, or a counter, is not what it was, the first one first.

    An answer that agrees with the anchor's within the tolerance is the same answer, whatever its last digits are. What
    comes back a second time to something that it was within the last changes goes to and fro: that is told once, as
    "unstable", and then no more, until it gives something new, or has been one thing for 14 nights.
    """
    if _are_one(series.points):
        return []
    found = list(_changes("answer", _answers(series)))
    names = dict.fromkeys(name for point in series.points for name in point.result.counters)
    for name in names:
        values = [
            (place, str(point.result.counters[name]))
            for place, point in enumerate(series.points)
            if name in point.result.counters
        ]
        found += _changes(f"counter {name}", values)
    return sorted(found, key=lambda change: (change.at, change.what))


def _are_one(points: Sequence[Point]) -> bool:
    """Whether all points say the same: the most usual case, seen soonest."""
    every = list(map(attrgetter("result"), points))
    results = dict(zip(map(id, every), every, strict=True)).values()
    counters = {each for result in results for each in result.counters.items()}
    one_each = len({name for name, _ in counters}) == len(counters)
    return one_each and len({tuple(result.answers) for result in results if result.answers}) <= 1


def _answers(series: Series) -> list[tuple[int, str]]:
    """What each point answered: a digest; the one before, where both agree with one anchor's."""
    told: list[tuple[int, str]] = []
    before: Point | None = None
    for place, point in enumerate(series.points):
        if not point.result.answers:
            continue
        answer = point.result.answers[0] if len(point.result.answers) == 1 else UNSTABLE
        if before is not None and answer != UNSTABLE and series.key.measure is Measure.ANCHOR and _agree(before, point):
            answer = told[-1][1]
        told.append((place, answer))
        before = point
    return told


def _agree(one: Point, other: Point) -> bool:
    return one.result.agreement == other.result.agreement == _AS_ANCHOR and one.result.anchor == other.result.anchor


def _changes(what: str, values: Sequence[tuple[int, str]]) -> Iterator[ExactChange]:
    """Of (place, value) in their order."""
    known: list[str] = []
    returns, flapping, since = 0, False, 0
    for (_, before), (place, after) in pairwise(values):
        since += 1
        if before == after:
            if since >= SETTLED:
                known, returns, flapping = [], 0, False
            continue
        since = 0
        if after not in known:
            known += [value for value in (before, after) if value not in known]
            yield ExactChange(at=place, what=what, before=before, after=after)
            continue
        returns += 1
        if returns == 1:
            yield ExactChange(at=place, what=what, before=before, after=after)
        elif not flapping:
            flapping = True
            yield ExactChange(at=place, what=what, before=before, after=UNSTABLE)
