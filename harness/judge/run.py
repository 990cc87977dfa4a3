"""All that is said of one run."""

from collections.abc import Sequence

from harness.judge.arrays import LoadArray
from harness.judge.blocks import block_log_ratios
from harness.judge.case import compared, judge_case
from harness.judge.comparisons import holm
from harness.judge.launches import FEWEST, launch_estimates
from harness.judge.looks import looks_at, repeated_p
from harness.record.schema import Case, CaseJudgement


def judge_run(
    cases: Sequence[Case], margin: float, load_array: LoadArray, family_confidence: float = 0.95
) -> list[CaseJudgement]:
    """The judgements of all cases of a run, in their order.

    margin: a share. load_array: gives the array in a file that an answer names, or None.
    Two passes: the p values of all comparisons that have three launches are adjusted together (Holm), then each
    comparison is judged by the interval that this leaves it. Twins are controls and no comparisons.
    """
    p_values: dict[tuple[int, str], float] = {}
    for index, case in enumerate(cases):
        for name in compared(case):
            blocks = block_log_ratios(case.samples, name, case.baseline)
            if len(blocks) >= FEWEST:
                p_values[index, name] = repeated_p(launch_estimates(blocks), looks_at(list(blocks), case.looks))
    adjusted = dict(zip(p_values, holm(list(p_values.values()), family_confidence), strict=True))
    return [
        judge_case(
            case,
            margin,
            {name: adjustment.confidence for (at, name), adjustment in adjusted.items() if at == index},
            len(p_values),
            load_array,
        )
        for index, case in enumerate(cases)
    ]
