"""From alarms to steps: where each begins, how large it is, and whether later nights take it back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
from scipy import special

from harness.judge.floats import Floats
from harness.judge.history.level import Level, level_of
from harness.judge.history.scan import EFFICIENCY, FAR, PAST, Alarm
from harness.judge.history.window import LEAST_SPREAD
from harness.judge.launches import factor, student_t
from harness.record.history import Step
from harness.record.schema import Interval

# A step that rests on fewer nights may still be taken back by the next ones.
FEW_NIGHTS = 7
# What later nights don't bear out with this much confidence is taken back.
BORNE_OUT = 0.99
# A side's own variance is held together with the series', which counts as so many nights.
_SERIES_NIGHTS = 10
# How far later nights may move the beginning of a step.
_MOVES = 20


class Segments(msgspec.Struct, frozen=True, kw_only=True):
    """levels: of each night. variance: of nights around them, without those that stand out; count: by how many it is
    known. latest: variance of the newest nights.
    """

    steps: list[Step]
    levels: Floats
    variance: float
    count: int
    latest: float


def segments_of(values: Floats, link: Floats, told: Sequence[Alarm]) -> Segments:
    """The levels that alarms make of a series. values: shape (nights,), logarithms; link: as in `Figures`.

    A step is the level of up to 60 nights after it over that of up to 60 before, its interval Welch's over nights, with
    what the links of two anchors add; a side of few nights is held to scatter as the series does. A step on which at
    least 7 nights rest is taken back if its 99 % interval holds 1. Selection is not adjusted for: among steps that are
    told at all, those that chance made larger are more.
    Source: Welch (1947), The generalization of Student's problem when several different population variances are
    involved.
    """
    alarms = _begun(values, told)
    while True:
        places = [alarm.at for alarm in alarms]
        stretches = _stretches(values, places)
        variance, count = _variance(stretches)
        sides = [_Side(values, link, places, number, variance) for number in range(len(alarms))]
        refuted = [number for number, side in enumerate(sides) if not side.open and side.p_value > 1 - BORNE_OUT]
        if not refuted:
            break
        worst = max(refuted, key=lambda number: sides[number].p_value)
        alarms = _begun(values, alarms[:worst] + alarms[worst + 1 :])
    return Segments(
        steps=[side.step(alarm) for side, alarm in zip(sides, alarms, strict=True)],
        levels=_levels(values.size, stretches),
        variance=variance,
        count=count,
        latest=_latest(values, places, variance),
    )


class _Side:
    """A step's two sides."""

    def __init__(self, values: Floats, link: Floats, places: Sequence[int], number: int, variance: float) -> None:
        edges = [0, *places, values.size]
        before, at, after = edges[number : number + 3]
        left, right = slice(max(before, at - PAST), at), slice(at, min(after, at + PAST))
        levels = [level_of(values[side], variance) for side in (left, right)]
        links = abs(float(np.mean(link[left]) - np.mean(link[right])))
        parts = np.array([*(_of_series(level, variance) / level.count for level in levels), links])
        self.change = levels[1].mean - levels[0].mean
        self.error = math.sqrt(float(parts.sum()))
        freedom = np.array([EFFICIENCY * (level.count - 1 + _SERIES_NIGHTS) for level in levels])
        self.degrees = float(parts.sum() ** 2 / np.sum(parts[:2] ** 2 / freedom))
        self.open = after == values.size and after - at < FEW_NIGHTS

    @property
    def p_value(self) -> float:
        return float(2 * special.stdtr(self.degrees, -abs(self.change) / self.error))

    def step(self, alarm: Alarm) -> Step:
        half = student_t(self.degrees, 0.95) * self.error
        return Step(
            at=alarm.at,
            change=factor(self.change),
            interval=Interval(low=factor(self.change - half), high=factor(self.change + half), confidence=0.95),
            p_value=alarm.p_value,
            open=self.open,
        )


def _latest(values: Floats, places: Sequence[int], variance: float) -> float:
    newest = values[places[-1] if places else 0 :][-PAST:]
    return _of_series(level_of(newest, variance), variance) if newest.size else variance


def _of_series(level: Level, variance: float) -> float:
    own = level.count - 1
    return (own * level.variance + _SERIES_NIGHTS * variance) / (own + _SERIES_NIGHTS)


def _begun(values: Floats, alarms: Sequence[Alarm]) -> list[Alarm]:
    """The same alarms, each where the levels around it say that it begins, with all nights that are known now."""
    if not alarms:
        return []
    places = [alarm.at for alarm in alarms]
    variance, _ = _variance(_stretches(values, places))
    for number, at in enumerate(places):
        before = places[number - 1] if number else 0
        after = places[number + 1] if number + 1 < len(places) else values.size
        levels = [level_of(values[max(before, at - PAST) : at], variance), level_of(values[at:after][:PAST], variance)]
        first, last = max(before + 1, at - _MOVES), min(after - 1, at + _MOVES)
        near = values[first : last + 1]
        costs = [np.minimum((near - level.mean) ** 2 / variance, FAR**2) for level in levels]
        # The new level begins at a place if the old one holds before it, and the new one from it on.
        gains = np.concatenate([[0.0], np.cumsum(costs[0] - costs[1])])
        places[number] = first + int(np.argmin(gains[: near.size]))
    return [msgspec.structs.replace(alarm, at=at) for alarm, at in zip(alarms, places, strict=True)]


def _stretches(values: Floats, places: Sequence[int]) -> list[tuple[slice, Level]]:
    """The nights between places, and their level."""
    edges = [0, *places, values.size]
    return [(slice(begin, end), level_of(values[begin:end])) for begin, end in pairwise(edges) if end > begin]


def _variance(stretches: Sequence[tuple[slice, Level]]) -> tuple[float, int]:
    """The variance of nights around their levels, and over how many it is known."""
    degrees = sum(level.count - 1 for _, level in stretches)
    squares = sum((level.count - 1) * level.variance for _, level in stretches)
    return max(squares / max(degrees, 1), LEAST_SPREAD**2), degrees


def _levels(nights: int, stretches: Sequence[tuple[slice, Level]]) -> Floats:
    levels = np.empty(nights)
    for stretch, level in stretches:
        levels[stretch] = level.mean
    return levels
