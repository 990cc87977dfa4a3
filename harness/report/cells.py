"""What stands in the cells of a case's tables."""

from __future__ import annotations

from harness.record.schema import Agreement, Ratio, VariantJudgement, Verdict
from harness.report.quantity import MISSING, significant
from harness.report.view import CaseView

VERDICT_STYLES = {Verdict.FASTER: "green", Verdict.SLOWER: "red", Verdict.NOT_MEASURED: "yellow"}
_ANSWERS = {
    Agreement.AGREE: "agrees",
    Agreement.DIFFER: "differs",
    Agreement.UNSTABLE: "unstable",
    Agreement.NONE: "none",
}


def against(view: CaseView, row: VariantJudgement) -> str:
    """A row's ratio to the baseline."""
    if view.lacks_answer(row):
        return "no answer"
    if row.variant == view.case.baseline and row.verdict is Verdict.BASELINE:
        return "1"
    return ratio(row.ratio)


def ratio(told: Ratio | None) -> str:
    """A ratio with its interval, or with both values of two launches."""
    if told is None:
        return MISSING
    estimate = significant(told.estimate)
    if told.shown:
        return f"{estimate} [{significant(told.shown.low)}, {significant(told.shown.high)}]"
    if told.launches == 2:
        return f"{estimate} ({' and '.join(map(significant, told.launch_ratios))})"
    return estimate


def verdict(view: CaseView, row: VariantJudgement) -> str:
    """The verdict on time, in brackets where it doesn't count because the answer is another one."""
    if view.lacks_answer(row):
        return MISSING
    if view.another_answer(row) and row.verdict in {Verdict.FASTER, Verdict.EQUIVALENT}:
        return f"({row.verdict.value})"
    return row.verdict.value


def verdict_style(view: CaseView, row: VariantJudgement) -> str:
    """The colour of a verdict: none speaks for an answer that is another one."""
    return "yellow" if view.another_answer(row) else VERDICT_STYLES.get(row.verdict, "")


def answer(view: CaseView, row: VariantJudgement) -> str:
    """Whether a row's answer is the baseline's."""
    if row.verdict is Verdict.NOT_MEASURED:
        return MISSING
    if row.variant == view.case.baseline and row.answer.agreement is Agreement.AGREE:
        return "given"
    return _ANSWERS[row.answer.agreement]


def launches(row: VariantJudgement) -> str:
    """How many launches a ratio rests on."""
    if row.ratio is None:
        return MISSING
    return f"{row.ratio.launches} few" if row.ratio.few else str(row.ratio.launches)


def launch_range(row: VariantJudgement) -> str:
    """The smallest and the largest of the launches' ratios."""
    if row.ratio is None or len(row.ratio.launch_ratios) < 3:
        return MISSING
    return f"{significant(min(row.ratio.launch_ratios))}-{significant(max(row.ratio.launch_ratios))}"


def figure(value: float | None) -> str:
    """A number without a unit."""
    return MISSING if value is None else significant(value)
