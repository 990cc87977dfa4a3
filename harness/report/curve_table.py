"""A curve in the terminal: a picture in characters, the table of its points, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from harness.record.schema import Crossing, CurvePoint, Estimate, VariantCurve
from harness.report.character_plot import LIMIT, SEVERAL, Series, character_plot, mark
from harness.report.columns import Column, Columns
from harness.report.curve_end_to_end import bill_columns, paid_back
from harness.report.curve_limit import limit_columns, towards_limit
from harness.report.curve_meaning import break_evens, gaps, growths, hardly_grow
from harness.report.curve_scaling import scaling
from harness.report.curve_view import CurveView, times
from harness.report.plain import bullet, line, words
from harness.report.quantity import MISSING, compact, seconds, share, significant, size, whole

WIDEST_PLOT = 78
ROWS = 18


class CurveTable:
    """A curve for rich, in the width there is."""

    def __init__(self, view: CurveView) -> None:
        self._view = view

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        view = self._view
        yield words(view.title, "bold")
        if view.curve.problem:
            yield words(f"no curve: {line(view.curve.problem)}.", "yellow")
            return
        yield words(line(_how(view)), "dim")
        yield words("")
        yield from _plot(view, min(options.max_width, WIDEST_PLOT))
        for columns in (list(_main(view)), list(_workers(view)), list(_memory(view)), list(bill_columns(view))):
            if columns:
                yield Columns(Column(line(view.curve.axis), [whole(value) for value in view.curve.values]), columns)
                yield words("")
        if any("?" in cell for column in _main(view) for cell in column.cells):
            yield words("?: which is faster is not known there.")
        for told in (*break_evens(view), *towards_limit(view), *scaling(view)):
            yield bullet(told, "bold")
        for told in (*paid_back(view), *growths(view), *gaps(view)):
            yield bullet(told)


def _how(view: CurveView) -> str:
    launches = view.launches
    parts = [view.curve.file, f"baseline {view.curve.baseline}", f"{len(view.curve.values)} values"]
    if launches:
        span = str(launches[0]) if len(launches) == 1 else f"{launches[0]} to {launches[-1]}"
        parts.append(f"{span} {'launch' if launches == [1] else 'launches'} each")
    return "; ".join(parts)


def _plot(view: CurveView, width: int) -> Iterator[Text]:
    named = [(mark(place), variant) for place, variant in enumerate(view.variants)]
    series = [Series(sign, points) for sign, variant in named if (points := times(variant))]
    if not series:
        return
    limits = [Series(LIMIT, view.limits)] if view.limits else []
    crossings = [crossing.estimate.value for crossing in _crossings(view) if crossing.estimate]
    lines = character_plot(
        [*limits, *series], [each for each in crossings if each > 0], (compact, seconds), (width, ROWS)
    )
    yield words("seconds of a call, both axes logarithmic", "dim")
    for text in lines:
        yield words(text)
    legend = [f"{sign} {line(variant.variant)}" for sign, variant in named]
    legend += [f"{LIMIT} limit of the machine"] if limits else []
    legend += [f"{SEVERAL} several"] if any(SEVERAL in text for text in lines) else []
    legend += [": break-even"] if crossings else []
    yield words(f"{line(view.curve.axis)}; {', '.join(legend)}", "dim")
    yield words("")


def _crossings(view: CurveView) -> list[Crossing]:
    orders = [order for variant in view.others if (order := view.order(variant))]
    return [crossing for order in orders for crossing in order.crossings]


def _main(view: CurveView) -> Iterator[Column]:
    for variant in view.variants:
        yield _column(view, variant, f"{line(variant.variant)}", lambda point: seconds(_value(point.time_s)))
    for variant in view.others:
        title = f"{line(variant.variant)} / {line(view.curve.baseline)}"
        yield _column(view, variant, title, partial(_ratio, view, variant), left=True)
    yield from limit_columns(view)


def _workers(view: CurveView) -> Iterator[Column]:
    points = [point for variant in view.variants for point in variant.points if point.speed_up and point.value != 1]
    if not points:
        return
    for variant in view.variants:
        name = line(variant.variant)
        yield from _filled(
            _column(view, variant, f"{name} speed-up", lambda point: _bounded(point.speed_up, significant), left=True),
            _column(view, variant, f"{name} efficiency", lambda point: share(_value(point.efficiency))),
            _column(view, variant, f"{name} Karp-Flatt", lambda point: share(_value(point.serial_share))),
        )


def _memory(view: CurveView) -> Iterator[Column]:
    """Peaks, where there is more to see than what a process weighs anyway."""
    if hardly_grow([peak for variant in view.variants for peak in view.peaks(variant)]):
        return
    for variant in view.variants:
        title = f"{line(variant.variant)} memory"
        yield from _filled(_column(view, variant, title, lambda point: size(_value(point.peak_bytes))))


def _filled(*columns: Column) -> Iterator[Column]:
    return (column for column in columns if any(cell != MISSING for cell in column.cells))


def _column(
    view: CurveView, variant: VariantCurve, title: str, cell: Callable[[CurvePoint], str], *, left: bool = False
) -> Column:
    points = [view.point(variant, value) for value in view.curve.values]
    return Column(title, [MISSING if point is None else cell(point) for point in points], left)


def _ratio(view: CurveView, variant: VariantCurve, point: CurvePoint) -> str:
    if point.left_out:
        return point.left_out
    if point.ratio is None:
        return MISSING
    return f"{_bounded(point.ratio, significant)}{'' if view.is_known(variant, point.value) else ' ?'}"


def _bounded(estimate: Estimate | None, told: Callable[[float], str]) -> str:
    if estimate is None:
        return MISSING
    if estimate.interval is None:
        return told(estimate.value)
    return f"{told(estimate.value)} [{told(estimate.interval.low)}, {told(estimate.interval.high)}]"


def _value(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.value
