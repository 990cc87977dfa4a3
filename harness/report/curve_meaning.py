"""What a curve means, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.record.schema import Agreement, Crossing, Estimate, Growth, Order, OrderPoint, VariantCurve, Verdict
from harness.report.curve_view import CurveView
from harness.report.plain import line
from harness.report.quantity import share, significant, size, whole

HARDLY = 1.1


def break_evens(view: CurveView) -> Iterator[str]:
    """From which value on which variant takes less time: a sentence for each comparison with the baseline, and for
    every other pair whose order changes.
    """
    orders = [order for variant in view.others if (order := view.order(variant)) is not None]
    dark = [order for order in orders if order.points and not _known(order)]
    yield from (_order(view, order) for order in orders if order not in dark)
    if dark:
        yield _dark(view, view.curve.baseline, [order.second for order in dark])
    for order in view.curve.orders:
        if view.curve.baseline not in {order.first, order.second}:
            yield _order(view, order)


def growths(view: CurveView) -> Iterator[str]:
    """How time and memory grow; on an axis of workers memory only, as time has speed-ups there."""
    axis = view.curve.axis
    for variant in view.variants:
        told = []
        if variant.time_growth is not None and not view.curve.workers:
            told.append(f"time grows with {axis}^{_growth(variant.time_growth)}")
        if variant.memory_growth is not None and not hardly_grow(view.peaks(variant)):
            told.append(f"memory grows with {axis}^{_growth(variant.memory_growth)}")
        if told:
            yield line(f"{variant.variant}: {'; '.join(told)}.")
    still = [variant for variant in view.variants if variant.memory_growth and hardly_grow(view.peaks(variant))]
    if still:
        names = "Memory" if len(still) == len(view.variants) else f"Memory of {named(still)}"
        each = ", ".join(f"{size(max(view.peaks(variant)))} in {variant.variant}" for variant in still)
        yield line(f"{names} hardly grows with {axis} (at most {each}): it is what the libraries take.")


def gaps(view: CurveView) -> Iterator[str]:
    """Where a variant isn't compared, and why; what was not measured; a control that is off."""
    measured = {point.value for variant in view.variants for point in variant.points if point.time_s}
    empty = [value for value in view.curve.values if value not in measured]
    if empty:
        yield f"Nothing was measured at {named_values(empty)}: the curve goes over the other values."
    for variant in view.curve.variants:
        reasons = dict.fromkeys(point.left_out for point in variant.points if point.left_out)
        for reason in reasons:
            at = [point.value for point in variant.points if point.left_out == reason and point.value not in empty]
            if at:
                yield line(_gap(view, variant, reason, at))
    if view.others and all(agreement is Agreement.NONE for each in view.variants for agreement in view.answers(each)):
        yield "No answer is stated here, so it is not known whether all do the same work."
    # Adjusted for how many there are: of the 95 % intervals of seven values, one leaves 1 out in every third curve.
    controls = [(value, twin.adjusted or twin.shown) for value, twin in view.twins]
    off = [value for value, interval in controls if interval and not interval.low <= 1 <= interval.high]
    if off:
        yield f"Control: the twin's ratio is not 1 at {named_values(off)}: doubt differences of that size there."
    elif any(interval for _, interval in controls):
        yield f"Control: the twin's ratio holds 1 at {_all(len(view.twins), 'value')}, as it should."
    few = sorted({point.value for variant in view.variants for point in variant.points if 0 < point.launches < 3})
    if few:
        where = _all(len(few), "value") if len(few) == len(view.curve.values) else named_values(few)
        yield f"Fewer than three launches at {where}: no interval rests on them."


def _gap(view: CurveView, variant: VariantCurve, reason: str, at: Sequence[float]) -> str:
    if reason == Verdict.NOT_MEASURED:
        if len(at) == len(view.curve.values):
            return f"{variant.variant} was not measured."
        return f"{variant.variant} was not measured at {named_values(at)}: its curve goes over the other values."
    detail = view.detail(variant)
    told = f"{variant.variant} gives {reason} at {named_values(at)}"
    return f"{told}{f' ({detail})' if detail else ''}: it is not compared there."


def _order(view: CurveView, order: Order) -> str:
    if not order.points:
        return line(
            f"{order.second} and {order.first} have no value of {view.curve.axis} in common at which they can be "
            "compared: no break-even can be told."
        )
    if order.crossings:
        told = "; ".join(_crossing(view, order, crossing) for crossing in order.crossings)
        return line(f"{told}{_unknown(order, order.crossings)}.")
    if not _known(order):
        return _dark(view, order.first, [order.second])
    return line(_no_crossing(view, order))


def _known(order: Order) -> list[OrderPoint]:
    """Where it is known which of the two is faster."""
    return [point for point in order.points if point.faster]


def _dark(view: CurveView, first: str, others: Sequence[str]) -> str:
    return line(
        f"Which is faster, {first} or {_either(others)}, is not known at any value of {view.curve.axis}: no break-even "
        "can be told."
    )


def _crossing(view: CurveView, order: Order, crossing: Crossing) -> str:
    other = order.second if crossing.faster == order.first else order.first
    at = _estimated(crossing.estimate) if crossing.estimate else whole(crossing.above)
    told = f"{crossing.faster} beats {other} from {view.curve.axis} = {at} on"
    between = f" (not known at {named_values(crossing.unknown)})" if crossing.unknown else ""
    return f"{told}: it takes more time at {whole(crossing.below)}, less at {whole(crossing.above)}{between}"


def _estimated(estimate: Estimate) -> str:
    told = significant(estimate.value)
    if estimate.interval is None:
        return f"about {told}"
    return f"about {told} ({significant(estimate.interval.low)} to {significant(estimate.interval.high)})"


def _unknown(order: Order, crossings: Sequence[Crossing]) -> str:
    told = {value for crossing in crossings for value in crossing.unknown}
    rest = [point.value for point in order.points if point.faster is None and point.value not in told]
    return f"; which is faster is not known at {named_values(rest)}" if rest else ""


def _no_crossing(view: CurveView, order: Order) -> str:
    known = _known(order)
    low, high = order.points[0].value, order.points[-1].value
    faster = known[0].faster or ""
    other = order.second if faster == order.first else order.first
    if len(known) == len(order.points):
        return (
            f"{faster} beats {other} at {_all(len(known), 'measured value')} of {view.curve.axis}: there is no "
            f"break-even within what was measured ({whole(low)} to {whole(high)})."
        )
    rest = [point.value for point in order.points if not point.faster]
    return (
        f"{faster} beats {other} at {named_values([point.value for point in known])}; which is faster is not known at "
        f"{named_values(rest)}: no break-even is shown within what was measured."
    )


def hardly_grow(peaks: Sequence[float]) -> bool:
    """Whether an exponent of these peaks would be one of noise: a process weighs what its libraries weigh."""
    return bool(peaks) and max(peaks) < HARDLY * min(peaks)


def named(variants: Sequence[VariantCurve]) -> str:
    """Variants in a sentence."""
    names = [variant.variant for variant in variants]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _growth(growth: Growth) -> str:
    told = _figure(growth.exponent)
    if not growth.curved or not growth.local:
        return told
    local = [each.exponent.value for each in growth.local]
    smallest, largest = growth.local[local.index(min(local))], growth.local[local.index(max(local))]
    pieces = sorted([smallest, largest], key=lambda each: each.low)
    steps = " and ".join(
        f"{significant(each.exponent.value, 2)} from {_rounded(each.low)} to {_rounded(each.high)}" for each in pieces
    )
    return f"{told} on the whole, but no straight line fits (a point lies {share(growth.off)} off): {steps}"


def _rounded(value: float) -> str:
    return whole(float(f"{value:.10g}"))


def _figure(estimate: Estimate, digits: int = 3) -> str:
    told = significant(estimate.value, digits)
    if estimate.interval is None:
        return told
    return f"{told} ({significant(estimate.interval.low, digits)} to {significant(estimate.interval.high, digits)})"


def named_values(values: Sequence[float]) -> str:
    """Values of an axis in a sentence."""
    told = [whole(value) for value in values]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else "none"


def _all(count: int, noun: str) -> str:
    return f"the one {noun}" if count == 1 else f"all {count} {noun}s"


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
