"""What a curve means, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.record.schema import Agreement, Cost, Crossing, Estimate, Growth, Order, ScalingLaw, VariantCurve
from harness.report.curve_view import NOT_MEASURED, CurveView
from harness.report.plain import line
from harness.report.quantity import counted, seconds, share, significant, size, whole

HARDLY = 1.1
AMDAHL, FEWEST_FOR_AMDAHL = "Amdahl's law", 3
UNIVERSAL, FEWEST_FOR_UNIVERSAL = "the Universal Scalability Law", 4


def break_evens(view: CurveView) -> Iterator[str]:
    """From which value on which variant takes less time: a sentence for each comparison with the baseline, and for
    every other pair whose order changes.
    """
    for variant in view.others:
        order = view.order(variant)
        if order is not None:
            yield _order(view, order)
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
        peaks = [peak for variant in still for peak in view.peaks(variant)]
        names = "Memory" if len(still) == len(view.variants) else f"Memory of {_named(still)}"
        yield line(f"{names} hardly grows ({size(min(peaks))} to {size(max(peaks))}): it is what the libraries take.")


def scaling(view: CurveView) -> Iterator[str]:
    """What workers bring."""
    if not view.curve.workers:
        return
    beyond = sorted({value for variant in view.variants for value in variant.beyond_cores})
    if beyond:
        yield (
            f"This run had {counted(view.curve.cores, 'core', 'cores')}: at {_values(beyond)} {view.curve.axis} they "
            "are shared. That shows what too many cost, not what more cores would bring, and no law is fitted to it."
        )
    if view.variants and not any(point.speed_up for variant in view.variants for point in variant.points):
        yield f"Speed-ups need a case with 1 of {line(view.curve.axis)}: it is not among what was measured."
    for variant in view.variants:
        laws = list(_laws(variant))
        if laws:
            yield line(f"{variant.variant}: {'; '.join(laws)}.")
    yield from _lawless(view)
    for variant in view.variants:
        if variant.cost is not None:
            yield line(_cost(view, variant.variant, variant.cost))


def gaps(view: CurveView) -> Iterator[str]:
    """Where a variant isn't compared, and why; what was not measured; a control that is off."""
    for variant in view.curve.variants:
        reasons = dict.fromkeys(point.left_out for point in variant.points if point.left_out)
        for reason in reasons:
            at = [point.value for point in variant.points if point.left_out == reason]
            yield line(_gap(view, variant, reason, at))
    if view.others and all(agreement is Agreement.NONE for each in view.variants for agreement in view.answers(each)):
        yield "No answer is stated here, so it is not known whether all do the same work."
    off = [value for value, twin in view.twins if twin.interval and not twin.interval.low <= 1 <= twin.interval.high]
    if off:
        yield f"Control: the twin's ratio is not 1 at {_values(off)}: doubt differences of that size there."
    elif any(twin.interval for _, twin in view.twins):
        yield f"Control: the twin's ratio holds 1 at {_all(len(view.twins), 'value')}, as it should."
    few = sorted({point.value for variant in view.variants for point in variant.points if 0 < point.launches < 3})
    if few:
        where = _all(len(few), "value") if len(few) == len(view.curve.values) else _values(few)
        yield f"Fewer than three launches at {where}: no interval rests on them."


def _gap(view: CurveView, variant: VariantCurve, reason: str, at: Sequence[float]) -> str:
    if reason == NOT_MEASURED:
        if len(at) == len(view.curve.values):
            return f"{variant.variant} was not measured."
        return f"{variant.variant} was not measured at {_values(at)}: its curve goes over the other values."
    detail = view.detail(variant)
    told = f"{variant.variant} gives {reason} at {_values(at)}"
    return f"{told}{f' ({detail})' if detail else ''}: it is not compared there."


def _order(view: CurveView, order: Order) -> str:
    if not order.points:
        return line(f"{order.second} and {order.first} were measured beside each other nowhere.")
    if order.crossings:
        told = "; ".join(_crossing(view, order, crossing) for crossing in order.crossings)
        return line(f"{told}{_unknown(order, order.crossings)}.")
    return line(_no_crossing(view, order))


def _crossing(view: CurveView, order: Order, crossing: Crossing) -> str:
    other = order.second if crossing.faster == order.first else order.first
    at = _estimated(crossing.estimate) if crossing.estimate else whole(crossing.above)
    told = f"{crossing.faster} beats {other} from {view.curve.axis} = {at} on"
    between = f" (not known at {_values(crossing.unknown)})" if crossing.unknown else ""
    return f"{told}: it takes more time at {whole(crossing.below)}, less at {whole(crossing.above)}{between}"


def _estimated(estimate: Estimate) -> str:
    told = significant(estimate.value)
    if estimate.interval is None:
        return f"about {told}"
    return f"about {told} ({significant(estimate.interval.low)} to {significant(estimate.interval.high)})"


def _unknown(order: Order, crossings: Sequence[Crossing]) -> str:
    told = {value for crossing in crossings for value in crossing.unknown}
    rest = [point.value for point in order.points if point.faster is None and point.value not in told]
    return f"; which is faster is not known at {_values(rest)}" if rest else ""


def _no_crossing(view: CurveView, order: Order) -> str:
    known = [point for point in order.points if point.faster]
    low, high = order.points[0].value, order.points[-1].value
    if not known:
        return (
            f"Which of {order.first} and {order.second} is faster is not known at any value of {view.curve.axis}: "
            "no break-even can be told."
        )
    faster = known[0].faster or ""
    other = order.second if faster == order.first else order.first
    if len(known) == len(order.points):
        return (
            f"{faster} beats {other} at {_all(len(known), 'measured value')} of {view.curve.axis}: there is no "
            f"break-even within what was measured ({whole(low)} to {whole(high)})."
        )
    rest = [point.value for point in order.points if not point.faster]
    return (
        f"{faster} beats {other} at {_values([point.value for point in known])}; which is faster is not known at "
        f"{_values(rest)}: no break-even is shown within what was measured."
    )


def hardly_grow(peaks: Sequence[float]) -> bool:
    """Whether an exponent of these peaks would be one of noise: a process weighs what its libraries weigh."""
    return bool(peaks) and max(peaks) < HARDLY * min(peaks)


def _named(variants: Sequence[VariantCurve]) -> str:
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


def _laws(variant: VariantCurve) -> Iterator[str]:
    for name, law in ((AMDAHL, variant.amdahl), (UNIVERSAL, variant.universal)):
        if law is not None:
            yield _law(name, law)


def _lawless(view: CurveView) -> Iterator[str]:
    """Which laws could not be fitted, as there are too few counts of workers."""
    for name, fewest, fitted in (
        (AMDAHL, FEWEST_FOR_AMDAHL, [variant for variant in view.variants if variant.amdahl]),
        (UNIVERSAL, FEWEST_FOR_UNIVERSAL, [variant for variant in view.variants if variant.universal]),
    ):
        without = [variant for variant in view.variants if variant not in fitted]
        if without:
            of = f" of {_named(without)}" if fitted else ""
            yield line(f"Not enough points for {name}{of}: it needs {fewest} numbers of workers within the cores.")


def _law(name: str, law: ScalingLaw) -> str:
    told = f"by {name} {_share(law.serial_share)} of its work is serial"
    if law.coherency is not None:
        told += f", coherency costs {_share(law.coherency)} a pair of workers"
    return f"{told} (fitted to {law.counts} counts, off by at most {share(law.off)})"


def _share(estimate: Estimate) -> str:
    if estimate.interval is None:
        return share(estimate.value)
    return f"{share(estimate.value)} ({share(estimate.interval.low)} to {share(estimate.interval.high)})"


def _cost(view: CurveView, name: str, cost: Cost) -> str:
    against = f"the best on a single core, {cost.single} ({seconds(cost.single_s)})"
    open_at = f"; not known at {_values(cost.unknown)}" if cost.unknown else ""
    if cost.workers is None:
        most = max(view.curve.values, default=0.0)
        return f"COST of {name}: no number of {view.curve.axis} up to {whole(most)} beats {against}{open_at}."
    return f"COST of {name}: {whole(cost.workers)} {view.curve.axis} beat {against}{open_at}."


def _values(values: Sequence[float]) -> str:
    told = [whole(value) for value in values]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else "none"


def _all(count: int, noun: str) -> str:
    return f"the one {noun}" if count == 1 else f"all {count} {noun}s"
