"""What answers take from start to end along a curve: when a start-up is paid back, core time, and costs."""

from __future__ import annotations

from collections.abc import Iterator

from harness.record.schema import StartUp
from harness.report.bill import bill_cells
from harness.report.columns import Column
from harness.report.curve_view import CurveView
from harness.report.plain import line
from harness.report.quantity import MISSING, seconds, whole
from harness.report.start_up import when_paid_back


def bill_columns(view: CurveView) -> Iterator[Column]:
    """For each variant what one answer and 1,000 take; none where nothing is paid once and no price is given.

    None side by side either, where a variant is an environment.
    """
    if view.curve.of is not None:
        return
    rows = [row for value in view.curve.values for row in view.rows(value)]
    for title, cell in bill_cells(rows, view.price):
        for variant in view.variants:
            by_value = [view.row(variant, value) for value in view.curve.values]
            cells = [MISSING if row is None else cell(row) for row in by_value]
            yield Column(f"{line(variant.variant)} {title}", cells)


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
