"""The figures of a series in logarithms, with what their launches and links tell of their errors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from harness.judge.floats import Floats
from harness.judge.history.links import Chain
from harness.judge.history.scan import Places
from harness.judge.launches import FEWEST
from harness.record.results import Measure
from harness.record.series import Point, Series

# The false steps that a store may be told of in a year of nights, in all its series together; and, for a small store,
# the probability with which one series may be told of one in a night.
FALSE_A_YEAR = 0.1
NIGHTS_A_YEAR = 365
MOST_A_NIGHT = 5e-5


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a series; a place for each point that has a figure.

    places: of the points. values: logarithms, over the first anchor, or of seconds. launch: variance of each by its
    launches, nan where they don't tell. link: variance that it shares with all of its anchor. errors: the probability
    with which its night may tell of a step that isn't one.
    """

    places: Places
    values: Floats
    launch: Floats
    link: Floats
    errors: Floats


def figures_of(series: Series, chains: Mapping[int, Chain]) -> Figures:
    """The figures of a series. chains: how each anchor stands to the first one."""
    found = [
        (place, math.log(figure), *_shift(point, chains), _launch_variance(point.result.launch_ratios), _error(point))
        for place, point in enumerate(series.points)
        if (figure := figure_of(series.key.measure, point)) is not None
    ]
    places, logs, shifts, links, launch, errors = zip(*found, strict=True) if found else ((),) * 6
    return Figures(
        places=np.array(places, dtype=np.intp),
        values=np.array(logs, dtype=np.float64) + np.array(shifts, dtype=np.float64),
        launch=np.array(launch, dtype=np.float64),
        link=np.array(links, dtype=np.float64),
        errors=np.array(errors, dtype=np.float64),
    )


def figure_of(measure: Measure, point: Point) -> float | None:
    """What is tracked of a point: a ratio, or seconds; None where it was not measured, or is no figure."""
    figure = point.result.median_s if measure is Measure.TIME else point.result.ratio
    return figure if figure is not None and 0 < figure < math.inf else None


def _shift(point: Point, chains: Mapping[int, Chain]) -> tuple[float, float]:
    chain = chains.get(point.result.anchor) if point.result.anchor is not None else None
    return (chain.shift, chain.variance) if chain else (0.0, 0.0)


def _launch_variance(ratios: Sequence[float]) -> float:
    """Of the mean of the logarithms of launches; nan below three."""
    count = len(ratios)
    if count < FEWEST or min(ratios) <= 0:
        return math.nan
    logs = [math.log(ratio) for ratio in ratios]
    mean = sum(logs) / count
    return sum((each - mean) ** 2 for each in logs) / (count - 1) / count


def _error(point: Point) -> float:
    """A night's share of the year's false steps, divided among all that its run compared.

    So the expected number of false steps in a year stays below FALSE_A_YEAR over all series of a store together,
    however they depend on each other: the per-family error rate of Spjotvoll (1972), On the optimality of some multiple
    comparison procedures, with each night as a family and its share spent evenly over the nights. It needs no p value
    of another series, or of another night, so that a series alone, or a store that grows, is told the same.
    """
    compared = sum(point.run.verdicts.values()) / max(1, len(point.run.anchors))
    return min(MOST_A_NIGHT, FALSE_A_YEAR / NIGHTS_A_YEAR / max(1.0, compared))
