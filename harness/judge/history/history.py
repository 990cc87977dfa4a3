"""All that is said of a series over nights."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import msgspec
import numpy as np

from harness.judge.floats import Floats
from harness.judge.history.columns import Measured, measured
from harness.judge.history.exact import exact_changes
from harness.judge.history.figures import Figures, figures_of
from harness.judge.history.links import NORMAL, UNKNOWN, with_chains
from harness.judge.history.models import by_figure, figure_of, pooled
from harness.judge.history.power import smallest_within
from harness.judge.history.scan import FEWEST_PAST, Alarm, Scan, alarms, scanned
from harness.judge.history.steps import Segments, segments_of
from harness.record.history import History, Link, Step
from harness.record.series import Series, SeriesKey

# A night that is more than so many standard deviations off its level stands out.
STANDS_OUT = 4.0
# Logarithms beyond this are of no ratio that JSON could say.
_MOST = 700.0


def histories_of(series: Sequence[Series]) -> list[History]:
    """What is said of each series of a store, those of several models of processor pooled where they show no effect.

    In the order of their keys. False steps are controlled over the whole store: the nights of a year share 0.1 false
    steps, whatever the number of series (see `columns`), so a case alone is told the same as among all others.
    """
    return judged(series, {})[0]


# As the built-in `map` does, in this process or in several.
Mapped = Callable[[Callable[[Measured], tuple[History, Scan]], Sequence[Measured]], Iterable[tuple[History, Scan]]]


def judged(
    series: Sequence[Series], before: Mapping[SeriesKey, Scan], mapped: Mapped = map
) -> tuple[list[History], dict[SeriesKey, Scan]]:
    """The same, with where the scans of the series stand now. before: where they stood; only new nights are tested.

    mapped: may judge some of the series in another process.
    """
    together = [measured(each) for each in pooled([measured(each) for each in series])]
    found = list(mapped(partial(_judged, before, by_figure(together)), together))
    histories = [
        # Points weigh most, and are here: they stay out of what is told from process to process.
        msgspec.structs.replace(told, series=Series(key=each.key, points=each.points))
        for each, (told, _) in zip(together, found, strict=True)
    ]
    return histories, {each.key: scan for each, (_, scan) in zip(together, found, strict=True)}


def _judged(
    before: Mapping[SeriesKey, Scan], on_all: Mapping[SeriesKey, Sequence[Measured]], series: Measured
) -> tuple[History, Scan]:
    """What is said of a series, without its points, and where its scan stands."""
    elsewhere = [each for each in on_all[figure_of(series.key)] if each is not series]
    links, figures = _linked(series, elsewhere)
    scan = scanned(*_scannable(figures), before.get(series.key))
    told = _history(series, links, figures, scan.alarms)
    return msgspec.structs.replace(told, series=Series(key=series.key, points=[])), scan


def history_of(series: Series, elsewhere: Sequence[Series] = ()) -> History:
    """What is said of one series.

    elsewhere: the same figure on other models of processor, which may know how anchors are linked where this one
    doesn't.
    """
    series = measured(series)
    links, figures = _linked(series, elsewhere)
    return _history(series, links, figures, alarms(*_scannable(figures)))


def told_each_night(series: Series, elsewhere: Sequence[Series] = ()) -> list[tuple[int, int]]:
    """The steps that the nights told of, each when it was the newest: (place of the step, place of the night).

    It includes what later nights have taken back.
    """
    _, figures = _linked(measured(series), elsewhere)
    told = alarms(*_scannable(figures))
    return [(int(figures.places[alarm.at]), int(figures.places[alarm.seen])) for alarm in told]


def _linked(series: Series, elsewhere: Sequence[Series]) -> tuple[list[Link], Figures]:
    links, chains = with_chains(series, elsewhere)
    return links, figures_of(series, chains)


def _scannable(figures: Figures) -> tuple[Floats, Floats, Floats, Floats]:
    return figures.values, figures.launch, figures.link, figures.errors


def _history(series: Series, links: list[Link], figures: Figures, told: Sequence[Alarm]) -> History:
    segments = segments_of(figures.values, figures.link, told)
    shared = NORMAL**2 * np.where(figures.link < UNKNOWN, figures.link, 0.0)
    below, above = (np.sqrt(reach**2 + shared) for reach in (figures.below, figures.above))
    off = np.abs(figures.values - segments.levels) > STANDS_OUT * math.sqrt(segments.variance)
    known = segments.count >= FEWEST_PAST - 1
    launches = figures.launch[np.isfinite(figures.launch)]
    between = max(0.0, segments.variance - float(np.median(launches))) if launches.size else None
    return History(
        series=Series(key=series.key, points=series.points),
        values=_spread(series, figures, figures.values),
        lows=_spread(series, figures, figures.values - below),
        highs=_spread(series, figures, figures.values + above),
        levels=_spread(series, figures, segments.levels),
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


def _spread(series: Series, figures: Figures, logs: Floats) -> list[float | None]:
    """A ratio for each point that has a figure, of one logarithm for each; None for the others, and for nan."""
    ratios = np.full(len(series.points), np.nan)
    ratios[figures.places] = np.exp(np.clip(logs, -_MOST, _MOST))
    told: list[float | None] = ratios.tolist()
    for place in np.flatnonzero(np.isnan(ratios)).tolist():
        told[place] = None
    return told
