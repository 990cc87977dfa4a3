"""The levels of a case as a table: what its plots draw as bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.record.results import Run
from harness.report.site.changes import signed
from harness.report.site.charts import Chart, figure_told


@dataclass(frozen=True)
class Level:
    """A stretch of nights on one level. change: from the level before it, signed; empty for the first."""

    variant: str
    machine: str
    first: Run
    last: Run
    nights: int
    level: str
    change: str


def levels_of(charts: Sequence[Chart]) -> list[Level]:
    """The levels of all plots of a case, by plot, the newest first."""
    found = []
    for chart in charts:
        levels = (level for number in range(len(chart.models)) for level in _levels(chart, number))
        found += sorted(levels, key=lambda level: level.first.day, reverse=True)
    return found


def _levels(chart: Chart, model: int) -> Iterator[Level]:
    history = chart.models[model]
    points = history.series.points
    changes = {step.at: signed(step.change) for step in history.steps}
    for level, inside in chart.levels[model]:
        yield Level(
            variant=chart.variant,
            machine=history.series.key.cpu_model,
            first=points[inside[0]].run,
            last=points[inside[-1]].run,
            nights=len(inside),
            level=figure_told(chart.measure, level),
            change=changes.get(inside[0], ""),
        )
