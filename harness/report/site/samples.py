"""The samples of a record by launch, and its curves, as numbers for plots and as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from harness.record.schema import Case, Phase, Record
from harness.report.curve_table import CurveTable
from harness.report.curve_view import curve_views
from harness.report.plain import line
from harness.report.quantity import seconds
from harness.report.site.markup import markup

SAMPLES_SHOWN = 3000  # of all plots of a page

_LETTERS = {Phase.MEASURED: "m", Phase.WARM_UP: "w"}


@dataclass(frozen=True)
class Scatter:
    """One test's samples. rows: variant, launch, how many, fastest and slowest, in words. plot: numbers."""

    title: str
    rows: list[tuple[str, str, str, str, str]]
    plot: dict[str, Any]


def scatters_of(record: Record, case: str) -> list[Scatter]:
    """The samples of a case of the suite in this record: one plot for each of its tests."""
    tests = [each for each in record.cases if (each.of or each.id) == case and each.samples]
    share = -(-sum(len(test.samples) for test in tests) // SAMPLES_SHOWN) if tests else 1
    return [_scatter(test, share) for test in tests]


def curves_of(record: Record, case: str) -> list[tuple[str, Markup, dict[str, Any]]]:
    """Title, table and numbers of the curves that a case is part of."""
    return [
        (view.title, markup(CurveTable(view)), _curve(view.curve))
        for view in curve_views(record)
        if case in view.curve.cases or view.curve.of == case
    ]


def _scatter(test: Case, share: int) -> Scatter:
    names = [each.name for each in test.variants]
    rows, ways = [], []
    for name in names:
        taken = [each for each in test.samples if each.variant == name and each.phase in _LETTERS]
        drawn = taken[::share]
        ways.append(
            {
                "name": line(name),
                "x": [each.launch for each in drawn],
                "y": [float(f"{each.wall_s / max(each.calls, 1):.4g}") for each in drawn],
                "p": "".join(_LETTERS[each.phase] for each in drawn),
            }
        )
        for launch in sorted({each.launch for each in taken if each.phase is Phase.MEASURED}):
            times = [
                each.wall_s / max(each.calls, 1)
                for each in taken
                if each.launch == launch and each.phase is Phase.MEASURED
            ]
            rows.append((line(name), str(launch), str(len(times)), seconds(min(times)), seconds(max(times))))
    return Scatter(line(test.variant or ""), rows, {"ways": ways, "thinned": share})


def _curve(curve: Any) -> dict[str, Any]:
    return {
        "axis": line(curve.axis),
        "ways": [_way(each.variant, each.points) for each in curve.variants],
    }


def _way(name: str, points: Sequence[Any]) -> dict[str, Any]:
    drawn = [each for each in points if each.time_s is not None and each.time_s.value > 0 and each.value > 0]
    bounds = [each.time_s.interval for each in drawn]
    return {
        "name": line(name),
        "x": [each.value for each in drawn],
        "y": [float(f"{each.time_s.value:.4g}") for each in drawn],
        "l": [float(f"{each.low:.4g}") if each else None for each in bounds],
        "h": [float(f"{each.high:.4g}") if each else None for each in bounds],
    }
