"""What a run's ratios and intervals are: one sentence below its tables."""

from __future__ import annotations

from harness.record.schema import Ratio, Record
from harness.report.policy import margins


def basis(record: Record) -> str:
    """What is estimated, what the intervals hold for, and what the verdicts ask; empty where there is no interval."""
    ratios = [row.ratio for judgement in record.judgements for row in judgement.variants if row.ratio]
    if not any(ratio.shown for ratio in ratios):
        return ""
    return (
        f"A ratio is the mean over launches of the log ratio, as a factor; intervals are 95 % each{_looks(ratios)}"
        f"{_comparisons(record)}."
    )


def _looks(ratios: list[Ratio]) -> str:
    """That intervals are wider than those of a plan that was fixed, where a case could end before the plan's end."""
    if all(ratio.shown == ratio.interval for ratio in ratios):
        return ""
    return f", and hold although a case could end early (looks: at most {max(ratio.looks for ratio in ratios)})"


def _comparisons(record: Record) -> str:
    comparisons = max((judgement.comparisons for judgement in record.judgements), default=0)
    if comparisons <= 1:
        return ""
    return (
        f"; verdicts look at wider ones, adjusted for the run's {comparisons} comparisons (Holm), and ask for more "
        f"than {margins(record)}"
    )
