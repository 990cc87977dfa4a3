"""The floor of each comparison of a run: the change that it could have shown, by all that is known of its noise."""

from collections.abc import Sequence

import msgspec
import numpy as np

from harness.judge.launches import nominal_confidence
from harness.judge.variances import floor, of_case, pooled, seen_variances
from harness.record.schema import Case, CaseJudgement, Floor, VariantJudgement
from harness.record.variances import CaseVariances, RunVariances


def with_floors(
    judgements: Sequence[CaseJudgement], cases: Sequence[Case], scale: str, earlier: Sequence[RunVariances]
) -> list[CaseJudgement]:
    """The judgements of a run, with the floor of each ratio.

    cases: in the order of the judgements. earlier: what earlier runs on this machine showed, oldest first; this run's
    own launches count beside theirs. A ratio of fewer than three launches has no floor.
    """
    return [
        _of_case(judgement, _known(case, scale, earlier)) for judgement, case in zip(judgements, cases, strict=True)
    ]


def _known(case: Case, scale: str, earlier: Sequence[RunVariances]) -> list[CaseVariances]:
    own = seen_variances(case, scale)
    return of_case(earlier, case, scale) + ([own] if own else [])


def _of_case(judgement: CaseJudgement, known: Sequence[CaseVariances]) -> CaseJudgement:
    variants = [msgspec.structs.replace(each, floor=_of_variant(each, known)) for each in judgement.variants]
    return msgspec.structs.replace(judgement, variants=variants)


def _of_variant(judged: VariantJudgement, known: Sequence[CaseVariances]) -> Floor | None:
    ratio = judged.ratio
    looked_at = (ratio.adjusted or ratio.shown) if ratio else None
    variances = pooled(known, judged.variant)
    if ratio is None or looked_at is None or variances is None:
        return None
    blocks = ratio.blocks / ratio.launches
    confidence = nominal_confidence(np.log(np.array(ratio.launch_ratios)), looked_at)
    change = floor(variances, ratio.launches, blocks, confidence)
    if change is None:
        return None
    return Floor(change=change, launches=ratio.launches, blocks=blocks, runs=variances.runs)
