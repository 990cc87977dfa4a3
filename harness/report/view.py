"""One case as its table needs it: the rows without twins, and which of them owe an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.record.schema import Agreement, Case, CaseJudgement, Variant, VariantJudgement, Verdict

MOST_VALUES = 2


class CaseView:
    """A case beside its judgement; computes nothing, finds things."""

    def __init__(self, case: Case, judgement: CaseJudgement | None, margin: float) -> None:
        self.case = case
        self.judgement = judgement
        self.margin = margin if case.margin is None else case.margin
        self._variants = {variant.name: variant for variant in case.variants}
        twins = {variant.name for variant in case.variants if variant.twin_of is not None}
        judged = judgement.variants if judgement else []
        self.rows = [row for row in judged if row.variant not in twins]
        self.baseline = next((row for row in self.rows if row.variant == case.baseline), None)

    def variant(self, row: VariantJudgement) -> Variant | None:
        """What was recorded of a row's variant."""
        return self._variants.get(row.variant)

    @property
    def baseline_measured(self) -> bool:
        """Whether there is something to compare with."""
        return self.baseline is not None and self.baseline.verdict is not Verdict.NOT_MEASURED

    @property
    def answers_expected(self) -> bool:
        """Whether the baseline states an answer: then a time without one means nothing."""
        return self.baseline is not None and self.baseline.answer.agreement is not Agreement.NONE

    def lacks_answer(self, row: VariantJudgement) -> bool:
        """Whether a row was measured and owes its answer: then its time isn't printed."""
        measured = row.verdict not in {Verdict.NOT_MEASURED, Verdict.BASELINE}
        return measured and self.answers_expected and row.answer.agreement is Agreement.NONE

    def same_answer(self, row: VariantJudgement) -> bool:
        """Whether a row's time may be held against the baseline's."""
        return row.answer.agreement is Agreement.AGREE or not self.answers_expected

    def another_answer(self, row: VariantJudgement) -> bool:
        """Whether a row gives an answer that is not the baseline's, or not one answer."""
        return self.answers_expected and row.answer.agreement in {Agreement.DIFFER, Agreement.UNSTABLE}

    def where(self, fits: Callable[[VariantJudgement], bool]) -> list[VariantJudgement]:
        """The rows for which this holds, the baseline left out."""
        return [row for row in self.rows if row.variant != self.case.baseline and fits(row)]

    def values(self) -> dict[str, dict[str, list[float]]]:
        """Answers that are a number or two: by their name, then by variant, as often as they came out otherwise."""
        if self.baseline is None:
            return {}
        names = list(self._numbers(self.baseline))
        if not 1 <= len(names) <= MOST_VALUES:
            return {}
        return {name: {row.variant: self._numbers(row).get(name, []) for row in self.rows} for name in names}

    def _numbers(self, row: VariantJudgement) -> dict[str, list[float]]:
        variant = self.variant(row)
        found: dict[str, list[float]] = {}
        for answer in variant.answers if variant else []:
            scalars = _scalars(answer.value)
            if not scalars:
                return {}
            for name, value in scalars.items():
                if value not in found.setdefault(name, []):
                    found[name].append(value)
        return found


def _scalars(value: Any) -> dict[str, float]:
    if _is_number(value):
        return {"value": value}
    if isinstance(value, dict) and value and all(map(_is_number, value.values())):
        return value
    return {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
