"""All that is said of a series over nights."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from harness.judge.history.exact import exact_changes
from harness.judge.history.figures import Figures, figures_of
from harness.judge.history.links import UNKNOWN, with_chains
from harness.judge.history.models import pooled
from harness.judge.history.power import smallest_within
from harness.judge.history.scan import FEWEST_PAST, alarms
from harness.judge.history.steps import Segments, segments_of
from harness.judge.launches import factor
from harness.record.history import History, Link, Step
from harness.record.results import Measure
from harness.record.series import Point, Series

# A night that is more than so many standard deviations off its level stands out.
STANDS_OUT = 4.0
_NORMAL = 1.959964


def histories_of(series: Sequence[Series]) -> list[History]:
    """What is said of each series of a store, those of several models of processor pooled where they show no effect.

    In the order of their keys. False steps are controlled over the whole store: the nights of a year share 0.1 false
    steps, whatever the number of series (see `figures`), so a case alone is told the same as among all others.
    """
    together = pooled(series)
    return [history_of(each, _elsewhere(each, together)) for each in together]


def history_of(series: Series, elsewhere: Sequence[Series] = ()) -> History:
    """What is said of one series.

    elsewhere: the same figure on other models of processor, which may know how anchors are linked where this one
    doesn't.
    """
    links, chains = with_chains(series, elsewhere)
    figures = figures_of(series, chains)
    told = alarms(figures.values, figures.launch, figures.link, figures.errors)
    segments = segments_of(figures.values, figures.link, told)
    return _history(series, links, figures, segments)


def told_each_night(series: Series, elsewhere: Sequence[Series] = ()) -> list[tuple[int, int]]:
    """The steps that the nights told of, each when it was the newest: (place of the step, place of the night).

    It includes what later nights have taken back.
    """
    figures = figures_of(series, with_chains(series, elsewhere)[1])
    told = alarms(figures.values, figures.launch, figures.link, figures.errors)
    return [(int(figures.places[alarm.at]), int(figures.places[alarm.seen])) for alarm in told]


def _elsewhere(series: Series, others: Sequence[Series]) -> list[Series]:
    key = series.key
    return [
        each
        for each in others
        if each.key.cpu_model != key.cpu_model and msgspec.structs.replace(each.key, cpu_model=key.cpu_model) == key
    ]


def _history(series: Series, links: list[Link], figures: Figures, segments: Segments) -> History:
    size = len(series.points)
    values: list[float | None] = [None] * size
    lows, highs, levels = values.copy(), values.copy(), values.copy()
    for number, place in enumerate(figures.places):
        value, link = float(figures.values[number]), float(figures.link[number])
        values[place] = factor(value)
        levels[place] = factor(float(segments.levels[number]))
        lows[place], highs[place] = _interval(value, link, series.points[place], series.key.measure)
    off = np.abs(figures.values - segments.levels) > STANDS_OUT * math.sqrt(segments.variance)
    known = segments.count >= FEWEST_PAST - 1
    launches = figures.launch[np.isfinite(figures.launch)]
    between = max(0.0, segments.variance - float(np.median(launches))) if launches.size else None
    return History(
        series=series,
        values=values,
        lows=lows,
        highs=highs,
        levels=levels,
        steps=[_placed(step, figures) for step in segments.steps],
        exact=exact_changes(series),
        links=links,
        spikes=[int(figures.places[number]) for number in np.flatnonzero(off)] if known else [],
        night_sd=math.sqrt(segments.variance) if known else None,
        between_sd=math.sqrt(between) if known and between is not None else None,
        smallest_in_3=_smallest(3, figures, segments),
        smallest_in_7=_smallest(7, figures, segments),
    )


def _placed(step: Step, figures: Figures) -> Step:
    return msgspec.structs.replace(step, at=int(figures.places[step.at]))


def _smallest(nights: int, figures: Figures, segments: Segments) -> float | None:
    if figures.values.size == 0:
        return None
    return smallest_within(nights, segments.latest, segments.count, float(figures.errors[-1]))


def _interval(value: float, link: float, point: Point, measure: Measure) -> tuple[float | None, float | None]:
    """95 % of a night's figure: what its launches leave open, and the link of its anchor."""
    low, high, ratio = point.result.low, point.result.high, point.result.ratio
    if measure is Measure.TIME or low is None or high is None or ratio is None or low <= 0:
        return None, None
    shared = _NORMAL**2 * (link if link < UNKNOWN else 0.0)
    below, above = math.log(ratio / low), math.log(high / ratio)
    return factor(value - math.sqrt(below**2 + shared)), factor(value + math.sqrt(above**2 + shared))
