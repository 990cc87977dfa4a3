"""Whether a run gives what an earlier one gave: the same answers, and the same speed-ups."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum

import msgspec

from harness.judge.change import Change, Sameness, change_of, logs_of, sameness
from harness.judge.comparisons import holm
from harness.judge.counters import changes as changes_of_counters
from harness.judge.matching import AnswerMatch, Match, match_answers
from harness.judge.ratio import ratio_of
from harness.record.gist import gist
from harness.record.schema import Case, CounterChange, Failing, Interval, Phase, Ratio, Tolerance, Variant

FAMILY_CONFIDENCE = 0.95
# By how much a ratio may change from run to run and still be the same, unless a policy allows a case more.
USUAL_MARGIN = 0.1


class Outcome(StrEnum):
    """The one verdict on a reproduction."""

    REPRODUCED = "reproduced"
    OTHER_SPEED_UPS = "reproduced with other speed-ups"
    NOT_REPRODUCED = "not reproduced"
    NOT_MEASURED = "not measured"


class RatioMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A variant's ratio to its baseline then and now. change: now over then, 95 %, unadjusted."""

    sameness: Sameness
    reason: str
    recorded: Ratio
    now: Ratio
    change: Interval | None = None


class VariantReproduction(msgspec.Struct, frozen=True, kw_only=True):
    """ratio: None for the baseline, and where one of the two runs has none. counter_changes: from recorded to now."""

    variant: str
    answer: AnswerMatch
    ratio: RatioMatch | None = None
    counter_changes: list[CounterChange] = []


class CaseReproduction(msgspec.Struct, frozen=True, kw_only=True):
    """A case of the record. Variants and cases that only the new run has are nothing that could be reproduced.

    margin: of its speed-ups, a share.
    """

    case: str
    margin: float
    baseline: str
    variants: list[VariantReproduction]


class Reproduction(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict, what it rests on in words, and all that was compared."""

    outcome: Outcome
    because: list[str]
    cases: list[CaseReproduction]


def judge_reproduction(
    recorded: Sequence[Case],
    now: Sequence[Case],
    margin: float | None = None,
    drift: Sequence[str] = (),
    fails_for: Collection[Failing] = (),
) -> Reproduction:
    """Hold the cases of a run against those of the record that it reproduces.

    margin: the share by which a ratio may change and still count as the same; None means a tenth, or the recorded
    margin of the case where that is wider. fails_for: what the record's policy lets a run fail for that is held against
    something else; all but counters is a matter of course here. drift: what is wrong with the environment
    that the run was made in, in words; figures from another environment than the recorded one reproduce nothing.
    Only what the record has measured can be reproduced. An answer that differs outweighs all else, as drift does, and
    counters that changed where the policy says so; then
    what was not measured this time; then speed-ups that are other ones. Ratios that can't be told from the recorded
    ones, nor shown to be the same, are said to be so, and leave the verdict alone: too few launches refute nothing.
    """
    found = {case.id: case for case in now}
    pairs = [(case, found.get(case.id)) for case in recorded if _measured(case)]
    changes = {
        (case.id, name): change_of(logs_of(then), logs_of(again))
        for case, other in pairs
        if other is not None
        for name, then, again in _ratios(case, other)
    }
    p_values = {key: change.p_value for key, change in changes.items() if change is not None}
    adjusted = dict(zip(p_values, holm(list(p_values.values()), FAMILY_CONFIDENCE), strict=True))
    confidences = {key: adjustment.confidence for key, adjustment in adjusted.items()}
    cases = [_judge_case(case, other, margin, changes, confidences) for case, other in pairs]
    outcome, because = _verdict(cases, drift, Failing.COUNTERS in fails_for)
    return Reproduction(outcome=outcome, because=because, cases=cases)


def _judge_case(
    case: Case,
    other: Case | None,
    margin: float | None,
    changes: dict[tuple[str, str], Change | None],
    confidences: dict[tuple[str, str], float],
) -> CaseReproduction:
    margin = max(USUAL_MARGIN, case.margin or 0) if margin is None else margin
    ratios: dict[str, RatioMatch] = {}
    for name, then, again in _ratios(case, other) if other else ():
        change = changes[case.id, name]
        verdict, reason = sameness(change, margin, confidences.get((case.id, name), FAMILY_CONFIDENCE))
        interval = change.interval(FAMILY_CONFIDENCE) if change else None
        ratios[name] = RatioMatch(sameness=verdict, reason=reason, recorded=then, now=again, change=interval)
    measured_now = _measured(other) if other else set()
    variants_now = {variant.name: variant for variant in other.variants} if other else {}
    return CaseReproduction(
        case=case.id,
        margin=margin,
        baseline=case.baseline,
        variants=[
            VariantReproduction(
                variant=variant.name,
                answer=_match(variant, variants_now.get(variant.name), variant.name in measured_now, case.tolerance),
                ratio=ratios.get(variant.name),
                counter_changes=_counter_changes(variant, variants_now.get(variant.name)),
            )
            for variant in case.variants
            if variant.twin_of is None and variant.name in _measured(case)
        ],
    )


def _measured(case: Case) -> set[str]:
    return {sample.variant for sample in case.samples if sample.phase is Phase.MEASURED}


def _ratios(case: Case, other: Case) -> Iterator[tuple[str, Ratio, Ratio]]:
    """Of each variant that both runs have a ratio of: its name, the recorded ratio, and the new one."""
    for variant in case.variants:
        if variant.twin_of is not None or variant.name == case.baseline:
            continue
        then, again = (ratio_of(each, variant.name, case.baseline) for each in (case, other))
        if then is not None and again is not None:
            yield variant.name, then, again


def _match(then: Variant, now: Variant | None, measured: bool, tolerance: Tolerance) -> AnswerMatch:
    if now is None or not measured:
        return AnswerMatch(match=Match.NOT_MEASURED, note=_last_words(now))
    if not then.answers:
        return AnswerMatch(match=Match.NONE)
    if not now.answers:
        return AnswerMatch(match=Match.NOT_MEASURED, note=_last_words(now) or "it stated no answer this time")
    return match_answers(then.answers, now.answers, tolerance)


def _last_words(variant: Variant | None) -> str:
    if variant is None or not variant.failures:
        return ""
    last = variant.failures[-1]
    return f"{last.kind.value}: {gist(last.text) or 'it said nothing'}"


def _counter_changes(then: Variant, now: Variant | None) -> list[CounterChange]:
    return [] if now is None else changes_of_counters(then.counters, now.counters)


def _verdict(
    cases: Sequence[CaseReproduction], drift: Sequence[str], counters_count: bool
) -> tuple[Outcome, list[str]]:
    rows = [(f"{case.case}, {row.variant}", row) for case in cases for row in case.variants]
    other_answers = [where for where, row in rows if row.answer.match is Match.DIFFERENT]
    other_counters = [where for where, row in rows if row.counter_changes]
    unmeasured = [where for where, row in rows if row.answer.match is Match.NOT_MEASURED]
    other_ratios = [where for where, row in rows if row.ratio and row.ratio.sameness is Sameness.OTHER]
    undecided = [where for where, row in rows if row.ratio and row.ratio.sameness is Sameness.UNDECIDED]
    because = [
        *_listed("the environment is not its lock", drift),
        *_listed("another answer", other_answers),
        *_listed("other counters", other_counters),
        *_listed("not measured", unmeasured),
        *_listed("another speed-up", other_ratios),
        *_listed("speed-up undecided", undecided),
    ]
    if not rows:
        return Outcome.NOT_MEASURED, ["the record has measured nothing that could be reproduced"]
    if other_answers or drift or (other_counters and counters_count):
        return Outcome.NOT_REPRODUCED, because
    if unmeasured:
        return Outcome.NOT_MEASURED, because
    return (Outcome.OTHER_SPEED_UPS if other_ratios else Outcome.REPRODUCED), because


def _listed(what: str, places: Sequence[str]) -> list[str]:
    return [f"{what}: {place}" for place in places]
