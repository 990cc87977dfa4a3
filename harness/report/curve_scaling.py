"""What workers bring, in words: what more of them than cores show, laws of scaling, and COST."""

from __future__ import annotations

from collections.abc import Iterator

from harness.record.schema import Cost, Estimate, ScalingLaw, VariantCurve
from harness.report.curve_meaning import named, named_values
from harness.report.curve_view import CurveView
from harness.report.plain import line
from harness.report.quantity import counted, seconds, share, whole

AMDAHL, FEWEST_FOR_AMDAHL = "Amdahl's law", 3
UNIVERSAL, FEWEST_FOR_UNIVERSAL = "the Universal Scalability Law", 4


def scaling(view: CurveView) -> Iterator[str]:
    """What workers bring."""
    if not view.curve.workers:
        return
    beyond = sorted({value for variant in view.variants for value in variant.beyond_cores})
    if beyond:
        yield (
            f"This run had {counted(view.curve.cores, 'core', 'cores')}: at {named_values(beyond)} {view.curve.axis} "
            "they are shared. That shows what too many cost, not what more cores would bring, and no law is fitted "
            "to it."
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
    if 1 in view.curve.values and not any(variant.cost for variant in view.variants):
        yield line(
            f"COST is not known: nothing that keeps to one core is measured beside others at {view.curve.axis} = 1."
        )


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
            of = f" of {named(without)}" if fitted else ""
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
    open_at = f"; not known at {named_values(cost.unknown)}" if cost.unknown else ""
    if cost.workers is not None:
        return f"COST of {name}: {whole(cost.workers)} {view.curve.axis} beat {against}{open_at}."
    short = [value for value in cost.measured if value not in cost.unknown]
    if not short:
        return f"COST of {name}: no measured number of {view.curve.axis} is known to beat {against}{open_at}."
    most = f"{view.curve.axis} = {named_values(short)} {'does' if len(short) == 1 else 'do'} not beat"
    return f"COST of {name}: not within what was measured: {most} {against}{open_at}."
