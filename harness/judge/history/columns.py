"""A series with what the judge takes from its points, as columns: taken once, kept, and added to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import attrgetter
from typing import TypeVar

import msgspec
import numpy as np

from harness.judge.floats import Floats, Places
from harness.judge.launches import FEWEST
from harness.record.results import Measure
from harness.record.series import Point, Series

# The false steps that a store may be told of in a year of nights, in all its series together; and, for a small store,
# the probability with which one series may be told of one in a night.
FALSE_A_YEAR = 0.1
NIGHTS_A_YEAR = 365
MOST_A_NIGHT = 5e-5
_NO_ANCHOR = -1


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """A place for each point that has a figure. logs: of the figure itself, links left aside; anchors: by number, -1
    for none. All others as in `Figures`.
    """

    places: Places
    logs: Floats
    below: Floats
    above: Floats
    launch: Floats
    errors: Floats
    anchors: Places


class LinkColumns(msgspec.Struct, frozen=True, kw_only=True):
    """What nights found of a later anchor over an earlier one: logarithms, in the order of the points at `places`."""

    places: Places
    before: Places
    anchors: Places
    logs: Floats


class Measured(Series, frozen=True, kw_only=True):
    """A series with the columns of its points."""

    columns: Columns
    between: LinkColumns


def measured(series: Series) -> Measured:
    """A series with its columns; one that has them stays as it is."""
    if isinstance(series, Measured):
        return series
    return Measured(key=series.key, points=series.points, columns=_columns(series), between=_between(series))


def together(one: Measured, other: Measured, cpu_model: str) -> Measured:
    """The points of both as one series, by the time at which their runs began."""
    points = [*one.points, *other.points]
    moments = list(map(attrgetter("run.began", "run.id"), points))
    order = sorted(range(len(points)), key=moments.__getitem__)
    moved = np.empty(len(points), dtype=np.intp)
    moved[order] = np.arange(len(points))
    places = (moved[: len(one.points)], moved[len(one.points) :])
    return Measured(
        key=msgspec.structs.replace(one.key, cpu_model=cpu_model),
        points=[points[place] for place in order],
        columns=_merged(Columns, one.columns, other.columns, *places),
        between=_merged(LinkColumns, one.between, other.between, *places),
    )


def added(one: Measured, later: Measured) -> Measured:
    """A series with points that come after its own."""
    count = len(one.points)
    places = np.arange(count), np.arange(count, count + len(later.points))
    return Measured(
        key=one.key,
        points=[*one.points, *later.points],
        columns=_merged(Columns, one.columns, later.columns, *places),
        between=_merged(LinkColumns, one.between, later.between, *places),
    )


_Columns = TypeVar("_Columns", Columns, LinkColumns)


def _merged(kind: type[_Columns], one: _Columns, other: _Columns, ours: Places, others: Places) -> _Columns:
    places = np.concatenate([ours[one.places], others[other.places]])
    order = np.argsort(places, kind="stable")
    columns = {
        name: np.concatenate([getattr(one, name), getattr(other, name)])[order] for name in kind.__struct_fields__
    }
    return kind(**columns | {"places": places[order]})


def _columns(series: Series) -> Columns:
    of, points = series.key.measure, series.points
    figures = _taken(points, "result.median_s" if of is Measure.TIME else "result.ratio")
    places = np.flatnonzero((figures > 0) & (figures < np.inf))
    found = [points[place] for place in places.tolist()]
    logs = np.log(figures[places])
    # The interval of a result is its ratio's: times have none.
    bounds = (_taken(found, "result.low"), _taken(found, "result.high"))
    lows, highs = np.full((2, places.size), np.nan) if of is Measure.TIME else bounds
    return Columns(
        places=places,
        logs=logs,
        below=logs - _logs(lows),
        above=_logs(highs) - logs,
        launch=_launch_variances([point.result.launch_ratios for point in found]),
        errors=_errors(found),
        anchors=np.nan_to_num(_taken(found, "result.anchor"), nan=_NO_ANCHOR).astype(np.intp),
    )


def _taken(points: Sequence[Point], what: str) -> Floats:
    """A number of each point, nan for None."""
    return np.array(list(map(attrgetter(what), points)), dtype=np.float64)


def _between(series: Series) -> LinkColumns:
    found = [
        (place, link.anchor, link.of, math.log(link.ratio))
        for place, point in enumerate(series.points)
        for link in point.links
        if link.anchor is not None and link.of is not None and link.ratio is not None and link.ratio > 0
    ]
    places, before, anchors = (np.array([row[column] for row in found], dtype=np.intp) for column in range(3))
    logs = np.array([row[3] for row in found], dtype=np.float64)
    return LinkColumns(places=places, before=before, anchors=anchors, logs=logs)


def _logs(figures: Floats) -> Floats:
    """nan for what is no figure."""
    logs: Floats = np.log(np.where(figures > 0, figures, np.nan))
    return logs


def _launch_variances(launches: Sequence[Sequence[float]]) -> Floats:
    """Of the mean of the logarithms of each night's launches; nan below three."""
    variances = np.full(len(launches), np.nan)
    counts = np.array([len(each) for each in launches], dtype=np.intp)
    for count in np.unique(counts[counts >= FEWEST]):
        mine = np.flatnonzero(counts == count)
        ratios = np.array([launches[place] for place in mine])
        logs = np.log(np.where(ratios > 0, ratios, np.nan))
        variances[mine] = np.var(logs, axis=1, ddof=1) / count
    return variances


def _errors(points: Sequence[Point]) -> Floats:
    """Each night's share of the year's false steps, divided among all that its run compared.

    So the expected number of false steps in a year stays below FALSE_A_YEAR over all series of a store together,
    however they depend on each other: the per-family error rate of Spjotvoll (1972), On the optimality of some multiple
    comparison procedures, with each night as a family and its share spent evenly over the nights. It needs no p value
    of another series, or of another night, so that a series alone, or a store that grows, is told the same.
    """
    verdicts = np.array([sum(point.run.verdicts.values()) for point in points], dtype=np.float64)
    anchors = np.array([len(point.run.anchors) for point in points], dtype=np.float64)
    compared = np.maximum(verdicts / np.maximum(anchors, 1), 1)
    shares: Floats = np.minimum(MOST_A_NIGHT, FALSE_A_YEAR / NIGHTS_A_YEAR / compared)
    return shares
