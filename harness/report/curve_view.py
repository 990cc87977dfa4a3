"""One curve as its drawing, table and sentences need it; computes nothing, finds things."""

from __future__ import annotations

import math

from harness.record.schema import (
    Agreement,
    Case,
    CaseJudgement,
    Curve,
    CurvePoint,
    Order,
    Ratio,
    Record,
    VariantCurve,
    VariantJudgement,
)
from harness.report.plain import line


class CurveView:
    """A curve beside the cases and judgements that it was made of."""

    def __init__(self, curve: Curve, record: Record) -> None:
        self.curve = curve
        self.price = record.plan.price
        cases = {case.id: case for case in record.cases}
        judgements = {judgement.case: judgement for judgement in record.judgements}
        self._cases = [cases.get(name) for name in curve.cases]
        self._judgements = [judgements.get(name) for name in curve.cases]
        # A value and its case; nothing else is drawn or told.
        places = zip(curve.values, self._cases, self._judgements, strict=False)
        self.places: list[tuple[float, Case | None, CaseJudgement | None]] = list(places)

    @property
    def title(self) -> str:
        """How the family is called: its group, what its cases share, and its axis."""
        curve = self.curve
        name = curve.group or (curve.cases[0].partition("[")[0] if curve.cases else curve.file)
        shared = ", ".join(f"{key}={value}" for key, value in curve.params.items())
        of = f", {curve.variant}" if curve.variant else ""
        return line(f"{name}{f' ({shared})' if shared else ''}{of} along {curve.axis}")

    @property
    def variants(self) -> list[VariantCurve]:
        """Those that have a point."""
        return [variant for variant in self.curve.variants if any(point.time_s for point in variant.points)]

    @property
    def others(self) -> list[VariantCurve]:
        """Those that are compared with the baseline."""
        return [variant for variant in self.variants if variant.variant != self.curve.baseline]

    def point(self, variant: VariantCurve, value: float) -> CurvePoint | None:
        """A variant at one value."""
        return next((point for point in variant.points if point.value == value), None)

    def order(self, variant: VariantCurve) -> Order | None:
        """What is known of a variant and the baseline."""
        return self.order_of(self.curve.baseline, variant.variant)

    def order_of(self, first: str, second: str) -> Order | None:
        """What is known of two variants."""
        return next((each for each in self.curve.orders if (each.first, each.second) == (first, second)), None)

    def is_known(self, variant: VariantCurve, value: float) -> bool:
        """Whether it is known which of a variant and the baseline takes less time at a value."""
        order = self.order(variant)
        return order is not None and any(point.faster for point in order.points if point.value == value)

    def peaks(self, variant: VariantCurve) -> list[float]:
        """Bytes, at each value where they are known."""
        return [point.peak_bytes.value for point in variant.points if point.peak_bytes]

    @property
    def limits(self) -> list[tuple[float, float]]:
        """The values at which a limit is known, with its seconds."""
        found = [(value, judgement.limit_s) for value, _, judgement in self.places if judgement]
        return [(value, limit) for value, limit in found if limit is not None and _drawable(value, limit)]

    def rows(self, value: float) -> list[VariantJudgement]:
        """What was judged at a value."""
        found = [judgement.variants for at, _, judgement in self.places if judgement and at == value]
        return found[0] if found else []

    def row(self, variant: VariantCurve, value: float) -> VariantJudgement | None:
        """What was judged of a variant at a value; None where it is held against nothing there."""
        point = self.point(variant, value)
        if point is None or point.left_out:
            return None
        return next((row for row in self.rows(value) if row.variant == variant.variant), None)

    def limit_share(self, value: float) -> float | None:
        """The limit over the baseline's time at a value."""
        return next((row.limit_share for row in self.rows(value) if row.variant == self.curve.baseline), None)

    @property
    def twins(self) -> list[tuple[float, Ratio]]:
        """The control at each value that has one."""
        return [(value, judgement.twin) for value, _, judgement in self.places if judgement and judgement.twin]

    @property
    def launches(self) -> list[int]:
        """How many launches the points rest on, ascending."""
        return sorted({point.launches for variant in self.variants for point in variant.points if point.launches})

    def answers(self, variant: VariantCurve) -> list[Agreement]:
        """What was judged of a variant's answers, value by value."""
        rows = [row for _, _, judgement in self.places if judgement for row in judgement.variants]
        return [row.answer.agreement for row in rows if row.variant == variant.variant]

    def detail(self, variant: VariantCurve) -> str:
        """Where its answer differs, of the first value at which it does."""
        for _, _, judgement in self.places:
            for row in judgement.variants if judgement else []:
                if row.variant == variant.variant and row.answer.detail.strip():
                    return line(row.answer.detail).rstrip(".")
        return ""


def curve_views(record: Record) -> list[CurveView]:
    """All curves of a record."""
    return [CurveView(curve, record) for curve in record.curves]


def drawn_cases(record: Record) -> set[str]:
    """The ids of the cases that are told by a curve instead of by a table of their own."""
    return {name for curve in record.curves if not curve.problem for name in curve.cases}


def times(variant: VariantCurve) -> list[tuple[float, float]]:
    """Values and seconds of a variant's points that have a place on logarithmic axes."""
    found = [(point.value, point.time_s.value) for point in variant.points if point.time_s]
    return [(value, seconds) for value, seconds in found if _drawable(value, seconds)]


def _drawable(*numbers: float) -> bool:
    return all(1e-300 < number < math.inf for number in numbers)
