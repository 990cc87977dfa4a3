"""The same figure over many runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.record.results import Measure, Result, Run
from harness.record.schema import Value


class SeriesKey(Value, frozen=True, kw_only=True, order=True):
    """What makes figures comparable over time: they belong to a case, a scale and a model of processor.

    against: the baseline's name, where that is what a figure is held against; empty for anchors, which are linked.
    """

    case: str
    variant: str
    measure: Measure
    against: str
    scale: str
    cpu_model: str


class Point(Value, frozen=True):
    """A series at one run. links: in a night with several anchors, what it found of the later over the first."""

    run: Run
    result: Result
    links: list[Result] = []


class Series(Value, frozen=True, kw_only=True):
    """One figure over time, the oldest point first."""

    key: SeriesKey
    points: list[Point]


def series_of(runs: Mapping[str, Run], results: Iterable[Result]) -> list[Series]:
    """All series that these results make, in the order of their keys. runs: by id."""
    found: dict[tuple[str, ...], list[Point]] = {}
    links: dict[tuple[str, str, str], list[Result]] = {}
    tracked: list[Result] = []
    for result in results:
        if result.of is not None:
            if result.ratio is not None:
                links.setdefault((result.run, result.case, result.variant), []).append(result)
        elif _is_tracked(result):
            tracked.append(result)
    for result in tracked:
        run = runs[result.run]
        beside = links.get((result.run, result.case, result.variant), []) if links else []
        found.setdefault(_key(run, result), []).append(Point(run=run, result=result, links=beside))
    for points in found.values():
        points.sort(key=lambda point: (point.run.began, point.run.id))
    series = [Series(key=_named(*key), points=points) for key, points in found.items()]
    return sorted(series, key=lambda each: each.key)


def _is_tracked(result: Result) -> bool:
    return result.measure is not Measure.SIDE and result.verdict != "baseline"


def _key(run: Run, result: Result) -> tuple[str, ...]:
    """The fields of a `SeriesKey`; a tuple, because there is one for each of a hundred thousand results."""
    against = result.against if result.measure is Measure.BASELINE else ""
    return (result.case, result.variant, result.measure, against, run.scale, run.cpu_model)


def _named(case: str, variant: str, measure: str, against: str, scale: str, cpu_model: str) -> SeriesKey:
    return SeriesKey(
        case=case, variant=variant, measure=Measure(measure), against=against, scale=scale, cpu_model=cpu_model
    )
