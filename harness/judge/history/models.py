"""Whether a figure is the same on several models of processor: only then their nights are one series."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec
import numpy as np
from scipy import special

from harness.judge.floats import Floats
from harness.judge.history.columns import measured, together
from harness.judge.history.figures import Figures, figures_of
from harness.judge.history.level import Level, level_of
from harness.judge.history.links import with_chains
from harness.judge.launches import student_t
from harness.record.series import Series, SeriesKey

_Series = TypeVar("_Series", bound=Series)

SEVERAL = " + "
# So many nights of each model have to be near each other in time.
FEWEST_NIGHTS = 8
# The nights of each model that are looked at, those nearest to the other's.
_NIGHTS = 30
# An effect below this is none that a series would show; one above it has to be seen if it was there.
NO_EFFECT = 0.015
_CONFIDENCE = 0.95


class ModelEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What another model of processor does to a figure: a factor, the standard error of its logarithm, and the test.

    absent: no effect is found (p at least 5 %), and one of 1.5 % would have been outside of the interval.
    """

    factor: float
    error: float
    p_value: float
    absent: bool


def pooled(series: Sequence[Series]) -> list[Series]:
    """The same series, those of several models of processor made one where the test finds no effect of the model.

    A model joins those of the first with which it shows no effect, in the order in which they came.
    """
    groups = by_figure(series)
    return sorted((each for group in groups.values() for each in _joined(group)), key=lambda each: each.key)


def by_figure(series: Iterable[_Series]) -> dict[SeriesKey, list[_Series]]:
    """The series of a figure on all models of processor, by what they have in common."""
    found: dict[SeriesKey, list[_Series]] = {}
    for each in series:
        found.setdefault(figure_of(each.key), []).append(each)
    return found


def figure_of(key: SeriesKey) -> SeriesKey:
    """What a series has in common with those of other models of processor."""
    return msgspec.structs.replace(key, cpu_model="")


def model_effect(one: Series, other: Series) -> ModelEffect | None:
    """What the second series' model of processor does to the figure; None if too few nights are near each other.

    Nights that are taken: where the two alternate, all of the time in which they do; where one follows the other, the
    last of one and the first of the other. There an effect can't be told from a change that came with the machine, and
    counts as one. Their levels are compared by Welch's test over nights.
    """
    first, second = _near(one, other)
    if min(first.size, second.size) < FEWEST_NIGHTS:
        return None
    return _compared(level_of(first), level_of(second))


def _compared(first: Level, second: Level) -> ModelEffect:
    parts = np.array([max(level.variance, 1e-12) / level.count for level in (first, second)])
    shift = second.mean - first.mean
    error = math.sqrt(float(parts.sum()))
    degrees = float(parts.sum() ** 2 / np.sum(parts**2 / np.array([first.count - 1, second.count - 1])))
    p_value = float(2 * special.stdtr(degrees, -abs(shift) / error))
    reach = abs(shift) + student_t(degrees, _CONFIDENCE) * error
    return ModelEffect(
        factor=math.exp(shift), error=error, p_value=p_value, absent=p_value >= 1 - _CONFIDENCE and reach <= NO_EFFECT
    )


def _joined(group: Sequence[Series]) -> list[Series]:
    if len(group) == 1:
        return list(group)
    joined: list[Series] = []
    for each in sorted(group, key=lambda series: series.points[0].run.began):
        for place, other in enumerate(joined):
            effect = model_effect(other, each)
            if effect is not None and effect.absent:
                models = [*other.key.cpu_model.split(SEVERAL), each.key.cpu_model]
                joined[place] = together(measured(other), measured(each), SEVERAL.join(models))
                break
        else:
            joined.append(each)
    return joined


def _near(one: Series, other: Series) -> tuple[Floats, Floats]:
    """The values of each that are near the other's in time, on one scale of anchors where links allow it."""
    first, second = (_Timed(series, figures_of(series, with_chains(series)[1])) for series in (one, other))
    if not len(first) or not len(second):
        return first.values, second.values
    since, until = max(first[0], second[0]), min(first[-1], second[-1])
    if since <= until:
        return first.between(since, until), second.between(since, until)
    if first[-1] < second[0]:
        return first.values[-_NIGHTS:], second.values[:_NIGHTS]
    return first.values[:_NIGHTS], second.values[-_NIGHTS:]


class _Timed:
    """The figures of a series, and when each was measured: in the order of time, so that most needn't be looked at."""

    def __init__(self, series: Series, figures: Figures) -> None:
        self.values = figures.values
        self._points = series.points
        self._places = figures.places

    def __len__(self) -> int:
        return self.values.size

    def __getitem__(self, number: int) -> str:
        began: str = self._points[self._places[number]].run.began
        return began

    def between(self, since: str, until: str) -> Floats:
        """The figures of a time, both its ends included."""
        return self.values[bisect_left(self, since) : bisect_right(self, until)]
