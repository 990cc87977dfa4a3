"""A night held against its newest anchor, whatever other anchors it measured to link them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from harness.judge.run import judge_run
from harness.record.schema import Case, CaseJudgement, Night, Record, VariantJudgement


def against_newest(cases: Sequence[Case], night: Night) -> list[Case]:
    """The cases of a night as if its newest anchor had been its only one: that is their baseline."""
    newest, today = len(night.anchors) - 1, len(night.anchors)
    return [_between(case, newest, today) for case in cases]


def judged_tonight(record: Record) -> list[CaseJudgement]:
    """What a night's record says of today against its newest anchor; the cases go by `against_newest`.

    Raises ValueError for a run that is no night's.
    """
    night = record.plan.night
    if night is None:
        raise ValueError(f"{record.id} is no night's")
    if len(night.anchors) == 1:
        return record.judgements
    return judge_run(against_newest(record.cases, night), record.plan.margin, _unloaded)


def rows_tonight(record: Record) -> list[VariantJudgement]:
    """What a night says of today's tests, one each; raises as above."""
    night = record.plan.night
    cases = against_newest(record.cases, night) if night is not None else []
    return [
        row
        for case, judged in zip(cases, judged_tonight(record), strict=True)
        for row in judged.variants
        if row.variant != case.baseline
    ]


def _between(case: Case, baseline: int, other: int) -> Case:
    variants = [each for each in case.variants if each.environment in {baseline, other}]
    names = {each.name for each in variants}
    anchor = next((each.name for each in variants if each.environment == baseline and each.twin_of is None), "")
    return msgspec.structs.replace(
        case,
        baseline=anchor or case.baseline,
        variants=[each for each in variants if each.twin_of is None or each.twin_of in names],
        samples=[each for each in case.samples if each.variant in names],
    )


def _unloaded(_name: str) -> None:
    """Whole arrays are gone when a run has ended; their samples are in the record."""
