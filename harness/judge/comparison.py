"""Two runs side by side that were measured apart: each ratio of one against the same ratio of the other."""

from __future__ import annotations

import math
from enum import StrEnum

import msgspec

from harness.judge.change import Change, Sameness, change_of, logs_of, sameness
from harness.judge.comparisons import Adjustment, holm
from harness.judge.counters import changes
from harness.judge.matching import AnswerMatch, Match, match_answers
from harness.record.schema import Case, CounterChange, Interval, Ratio, Record, Variant, VariantJudgement

FAMILY_CONFIDENCE = 0.95


class Standing(StrEnum):
    """How a ratio of B stands to that of A."""

    SLOWER = "slower"
    FASTER = "faster"
    SAME = "same"
    UNDECIDED = "undecided"
    NOT_COMPARED = "not compared"


class VariantComparison(msgspec.Struct, frozen=True, kw_only=True):
    """One variant in both runs. a, b: its ratios, None where there is none. change: b over a; interval: 95 %, adjusted:
    as the standing looks at it (Holm over all ratios of the two runs). a_s, b_s: median times of one call, in seconds.
    """

    variant: str
    standing: Standing
    a: Ratio | None
    b: Ratio | None
    a_s: float | None
    b_s: float | None
    change: float | None = None
    interval: Interval | None = None
    adjusted: Interval | None = None
    answer: AnswerMatch
    counter_changes: list[CounterChange] = []


class CaseComparison(msgspec.Struct, frozen=True, kw_only=True):
    """A case of both runs. against: what its ratios are held against. why_not: why they aren't compared; empty if they
    are.
    """

    case: str
    against: str
    why_not: str
    variants: list[VariantComparison]


class RunComparison(msgspec.Struct, frozen=True, kw_only=True):
    """All that two runs have in common, and what only one of them has: cases and variants, in words."""

    cases: list[CaseComparison]
    only_a: list[str]
    only_b: list[str]


class _Row(msgspec.Struct, frozen=True):
    """A variant of a record. base: its case's baseline, in words, and as what it has to be the same in both."""

    case: Case
    variant: Variant
    judgement: VariantJudgement
    base: str
    base_is: tuple[str | None, ...]


Key = tuple[str, str]


def compare_runs(a: Record, b: Record) -> RunComparison:
    """Hold each ratio of one run against the same of another.

    A ratio is a variant's time over its baseline's; in a night and in a run side by side, of the last environment over
    the first. Both move when the baseline moves, so they are compared only where it is the same one: of one name, and
    side by side the same code in the same lock. Different: Welch's test over launches, adjusted over all that is
    compared (Holm), and by more than the margin. Same: the 90 % interval lies within the margin. Answers are held
    against each other with their tolerance, counters exactly, whatever the baseline is.
    """
    first, second = _rows(a), _rows(b)
    both = [key for key in first if key in second]
    why_not = {key: _other_baseline(first[key], second[key]) for key in both}
    found = {key: _change(first[key], second[key]) for key in both if not why_not[key]}
    tested = {key: change for key, change in found.items() if change is not None}
    adjusted = dict(zip(tested, holm([each.p_value for each in tested.values()], FAMILY_CONFIDENCE), strict=True))
    cases: dict[str, list[Key]] = {}
    for key in both:
        cases.setdefault(key[0], []).append(key)
    margin = max(a.plan.margin, b.plan.margin)
    return RunComparison(
        cases=[
            CaseComparison(
                case=case,
                against=first[keys[0]].base,
                why_not=why_not[keys[0]],
                variants=[
                    _compared(key, first[key], second[key], found.get(key), adjusted.get(key), margin) for key in keys
                ],
            )
            for case, keys in cases.items()
        ],
        only_a=[": ".join(key) for key in first if key not in second],
        only_b=[": ".join(key) for key in second if key not in first],
    )


def _rows(record: Record) -> dict[Key, _Row]:
    """What a record says of each variant, by the suite's case and the name of the variant there."""
    cases = {case.id: case for case in record.cases}
    rows: dict[Key, _Row] = {}
    for judgement in record.judgements:
        case = cases.get(judgement.case)
        if case is None:
            continue
        stated = {variant.name: variant for variant in case.variants}
        for row in judgement.variants:
            variant = stated.get(row.variant)
            if variant is None or variant.twin_of is not None:
                continue
            if case.of is None:
                rows[case.id, row.variant] = _Row(case, variant, row, case.baseline, (case.baseline,))
            elif variant.environment == len(record.against):
                base = record.environment
                code = base.commit or record.fingerprint.code_digest
                is_ = (base.lock_digest or record.fingerprint.software_digest, code)
                rows[case.of, case.variant or row.variant] = _Row(case, variant, row, base.address, is_)
    return rows


def _other_baseline(one: _Row, other: _Row) -> str:
    if one.base_is == other.base_is:
        return ""
    if one.base == other.base:
        return f"another baseline: {one.base} is not the same code and lock in both"
    return f"another baseline: {one.base} in A, {other.base} in B"


def _change(one: _Row, other: _Row) -> Change | None:
    if one.judgement.ratio is None or other.judgement.ratio is None:
        return None
    return change_of(logs_of(one.judgement.ratio), logs_of(other.judgement.ratio))


def _compared(
    key: Key, one: _Row, other: _Row, change: Change | None, adjusted: Adjustment | None, margin: float
) -> VariantComparison:
    margin = max([margin, *(row.case.margin for row in (one, other) if row.case.margin is not None)])
    confidence = adjusted.confidence if adjusted else FAMILY_CONFIDENCE
    ratios = one.judgement.ratio, other.judgement.ratio
    return VariantComparison(
        variant=key[1],
        standing=_standing(change, margin, confidence) if all(ratios) else Standing.NOT_COMPARED,
        a=ratios[0],
        b=ratios[1],
        a_s=one.judgement.median_s,
        b_s=other.judgement.median_s,
        change=change.estimate if change else None,
        interval=change.interval(FAMILY_CONFIDENCE) if change else None,
        adjusted=change.interval(confidence) if change else None,
        answer=_match(one, other),
        counter_changes=changes(one.variant.counters, other.variant.counters),
    )


def _standing(change: Change | None, margin: float, confidence: float) -> Standing:
    if change is None:
        return Standing.UNDECIDED
    found, _ = sameness(change, margin, confidence)
    if found is Sameness.OTHER:
        return Standing.SLOWER if math.log(change.estimate) > 0 else Standing.FASTER
    return Standing.SAME if found is Sameness.SAME else Standing.UNDECIDED


def _match(one: _Row, other: _Row) -> AnswerMatch:
    if not one.variant.answers and not other.variant.answers:
        return AnswerMatch(match=Match.NONE)
    if not one.variant.answers or not other.variant.answers:
        return AnswerMatch(match=Match.NOT_MEASURED, note=f"no answer in {'A' if not one.variant.answers else 'B'}")
    return match_answers(one.variant.answers, other.variant.answers, one.case.tolerance)
