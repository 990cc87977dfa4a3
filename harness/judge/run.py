"""All that is said of one run."""

from collections.abc import Callable, Sequence

from harness.judge.arrays import LoadArray
from harness.judge.blocks import block_log_ratios
from harness.judge.case import compared, controls, judge_case
from harness.judge.comparisons import holm
from harness.judge.launches import FEWEST, launch_estimates
from harness.judge.looks import looks_at, repeated_p
from harness.record.schema import Case, CaseJudgement

Confidences = dict[tuple[int, str], float]


def judge_run(
    cases: Sequence[Case], margin: float, load_array: LoadArray, family_confidence: float = 0.95
) -> list[CaseJudgement]:
    """The judgements of all cases of a run, in their order.

    margin: a share. load_array: gives the array in a file that an answer names, or None.
    Two passes: the p values of all comparisons that have three launches are adjusted together (Holm), then each
    comparison is judged by the interval that this leaves it. Twins are controls and no comparisons: a family of
    their own.
    """
    comparisons = _confidences(cases, compared, family_confidence)
    confidences = comparisons | _confidences(cases, controls, family_confidence)
    return [
        judge_case(
            case,
            margin,
            {name: confidence for (at, name), confidence in confidences.items() if at == index},
            len(comparisons),
            load_array,
        )
        for index, case in enumerate(cases)
    ]


def _confidences(
    cases: Sequence[Case], pairs: Callable[[Case], list[tuple[str, str]]], family_confidence: float
) -> Confidences:
    """Of the interval of each pair in each case that has three launches, by the case's place and the variant."""
    p_values: dict[tuple[int, str], float] = {}
    for index, case in enumerate(cases):
        for name, baseline in pairs(case):
            blocks = block_log_ratios(case.samples, name, baseline)
            if len(blocks) >= FEWEST:
                p_values[index, name] = repeated_p(launch_estimates(blocks), looks_at(list(blocks), case.looks))
    adjusted = zip(p_values, holm(list(p_values.values()), family_confidence), strict=True)
    return {pair: adjustment.confidence for pair, adjustment in adjusted}
