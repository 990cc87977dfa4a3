"""What answers take from start to end along a curve: when a start-up is paid back, core time, and costs."""

from __future__ import annotations

from collections.abc import Iterator

from harness.record.schema import StartUp, VariantCurve
from harness.report.bill import Cell, bill_cells
from harness.report.columns import Column
from harness.report.curve_view import CurveView
from harness.report.plain import line
from harness.report.quantity import MISSING, seconds, whole
from harness.report.start_up import when_paid_back


def bill_columns(view: CurveView) -> Iterator[Column]:
    """What an answer takes: costs where there is a price, else core time where anything is paid once, else nothing.

    Of 1,000 answers it is told for variants that pay something once: for all others it is a thousand times as much.
    None side by side, where a variant is an environment.
    """
    cells = list(bill_cells([row for value in view.curve.values for row in view.rows(value)], view.price))
    if not cells or view.curve.of is not None:
        return
    one, thousand = cells[-2:]
    yield from (_column(view, variant, *one) for variant in view.variants)
    yield from (_column(view, variant, *thousand) for variant in view.variants if _starts(view, variant))


def _column(view: CurveView, variant: VariantCurve, title: str, cell: Cell) -> Column:
    rows = [view.row(variant, value) for value in view.curve.values]
    return Column(f"{line(variant.variant)} {title}", [MISSING if row is None else cell(row) for row in rows])


def _starts(view: CurveView, variant: VariantCurve) -> bool:
    return any(row.start_up for value in view.curve.values if (row := view.row(variant, value)))


def paid_back(view: CurveView) -> Iterator[str]:
    """For each variant that pays something once, and each that it is held against: from where on that is paid back."""
    for variant in view.variants:
        rows = [(value, view.row(variant, value)) for value in view.curve.values]
        found = [(value, told) for value, row in rows if row is not None for told in row.start_up]
        for rival in dict.fromkeys(told.against for _, told in found):
            yield line(_against(view, variant.variant, rival, [each for each in found if each[1].against == rival]))


def _against(view: CurveView, name: str, rival: str, found: list[tuple[float, StartUp]]) -> str:
    paid = [told.once_s for _, told in found]
    once = " to ".join(dict.fromkeys([seconds(min(paid)), seconds(max(paid))]))
    values: dict[str, list[str]] = {}
    for value, told in found:
        values.setdefault(when_paid_back(told), []).append(whole(value))
    where = "; ".join(f"{when} at {', '.join(at)} {view.curve.axis}" for when, at in values.items())
    return f"{name} pays {once} once; against {rival} that is {where}."
