"""How near the variants of a curve come to what the machine could do at best, along the axis."""

from __future__ import annotations

from collections.abc import Iterator

from harness.record.schema import VariantCurve
from harness.report.columns import Column
from harness.report.curve_view import CurveView
from harness.report.plain import line
from harness.report.quantity import MISSING, significant, whole


def limit_columns(view: CurveView) -> Iterator[Column]:
    """The limit over the baseline's time, beside the variants' ratios: what these could come down to."""
    if view.limits:
        shares = [view.limit_share(value) for value in view.curve.values]
        cells = [MISSING if share is None else significant(share) for share in shares]
        yield Column(f"limit / {line(view.curve.baseline)}", cells)


def towards_limit(view: CurveView) -> Iterator[str]:
    """How many times as fast as the baseline each faster variant is at either end, and how many the limit would be."""
    for variant in view.others:
        ends = _ends(view, variant)
        if len(ends) < 2 or ends[-1][1] >= 1:
            continue
        (first, ratio, limit), (last, last_ratio, last_limit) = ends[0], ends[-1]
        yield line(
            f"{variant.variant} is {_times(ratio)} times as fast as {view.curve.baseline} at {whole(first)} "
            f"{view.curve.axis} and {_times(last_ratio)} times at {whole(last)}; the limit of the machine would be "
            f"{_times(limit)} and {_times(last_limit)} times."
        )


def _ends(view: CurveView, variant: VariantCurve) -> list[tuple[float, float, float]]:
    """The values at which both are known, with the variant's ratio and the limit's; the first and the last of them."""
    found = [
        (point.value, point.ratio.value, limit)
        for point in variant.points
        if point.ratio and not point.left_out and (limit := view.limit_share(point.value))
    ]
    return [found[0], found[-1]] if len(found) > 1 else []


def _times(ratio: float) -> str:
    return significant(1 / ratio, 2) if ratio > 0 else MISSING
