"""Whether a run gives what an earlier one gave: the same answers, and the same speed-ups."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

import msgspec
import numpy as np

from harness.judge.answers import ARRAY, differences
from harness.judge.change import Change, Sameness, change_of, sameness
from harness.judge.comparisons import holm
from harness.judge.counters import changes as changes_of_counters
from harness.judge.floats import Floats
from harness.judge.numbers import Difference
from harness.judge.ratio import ratio_of
from harness.record.schema import Answer, Case, CounterChange, Failing, Interval, Phase, Ratio, Tolerance, Variant

FAMILY_CONFIDENCE = 0.95
# By how much a ratio may change from run to run and still be the same, unless a policy allows a case more.
USUAL_MARGIN = 0.1


class Match(StrEnum):
    """How an answer stands to the recorded one. Unstable: the record itself holds several."""

    IDENTICAL = "identical"
    WITHIN = "within tolerance"
    DIFFERENT = "different"
    UNSTABLE = "unstable"
    NONE = "none"
    NOT_MEASURED = "not measured"


class Outcome(StrEnum):
    """The one verdict on a reproduction."""

    REPRODUCED = "reproduced"
    OTHER_SPEED_UPS = "reproduced with other speed-ups"
    NOT_REPRODUCED = "not reproduced"
    NOT_MEASURED = "not measured"


class AnswerMatch(msgspec.Struct, frozen=True, kw_only=True):
    """differences: one for each part of the answer that has any, its largest, with the place and by how much."""

    match: Match
    differences: list[str] = []
    note: str = ""


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
        (case.id, name): change_of(_logs(then), _logs(again))
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


def _logs(ratio: Ratio) -> Floats:
    return np.log(np.array(ratio.launch_ratios, dtype=np.float64))


def _match(then: Variant, now: Variant | None, measured: bool, tolerance: Tolerance) -> AnswerMatch:
    if now is None or not measured:
        return AnswerMatch(match=Match.NOT_MEASURED, note=_last_words(now))
    if not then.answers:
        return AnswerMatch(match=Match.NONE)
    if not now.answers:
        return AnswerMatch(match=Match.NOT_MEASURED, note=_last_words(now) or "it stated no answer this time")
    return _match_answers(then.answers, now.answers, tolerance)


def _match_answers(then: Sequence[Answer], now: Sequence[Answer], tolerance: Tolerance) -> AnswerMatch:
    """The distinct answers of all launches: those recorded have to be one answer, and all new ones that same."""
    if {answer.digest for answer in now} <= {answer.digest for answer in then}:
        return AnswerMatch(match=Match.IDENTICAL)
    if any(_differences(answer, then[0], tolerance) for answer in then[1:]):
        return AnswerMatch(match=Match.UNSTABLE, note="its recorded launches disagree with each other")
    for answer in now:
        differing = _differences(answer, then[0], tolerance)
        if differing:
            return AnswerMatch(match=Match.DIFFERENT, differences=_by_part(differing))
    return AnswerMatch(match=Match.WITHIN, note=_sampled(now[0].value, then[0].value))


def _last_words(variant: Variant | None) -> str:
    if variant is None or not variant.failures:
        return ""
    lines = [line.strip() for line in variant.failures[-1].text.splitlines() if line.strip()]
    return f"{variant.failures[-1].kind.value}: {lines[-1] if lines else 'it said nothing'}"


def _differences(ours: Answer, theirs: Answer, tolerance: Tolerance) -> list[Difference]:
    if ours.digest == theirs.digest:
        return []
    # A record holds no whole arrays: their samples and summaries are what can be compared.
    return list(differences(ours.value, theirs.value, tolerance, lambda _file: None))


def _by_part(found: Iterable[Difference]) -> list[str]:
    """The largest difference of each part of an answer (its keys), and how many more there are in it."""
    parts: dict[str, list[Difference]] = {}
    for difference in found:
        parts.setdefault(difference.path.partition("[")[0], []).append(difference)
    told = []
    for those in parts.values():
        worst = max(those, key=lambda each: each.excess)
        more = f" ({len(those) - 1} more)" if len(those) > 1 else ""
        told.append(f"{worst.path or 'answer'}: {worst.words}{more}")
    return told


def _sampled(ours: Any, theirs: Any) -> str:
    """Says which arrays were compared by a sample only; empty where none was."""
    paths = sorted(set(_sampled_arrays("", ours, theirs)))
    if not paths:
        return ""
    return f"compared by a seeded sample and the summary: {', '.join(paths)}"


def _sampled_arrays(path: str, ours: Any, theirs: Any) -> Iterator[str]:
    if isinstance(ours, list) and isinstance(theirs, list):
        for one, other in zip(ours, theirs, strict=False):
            yield from _sampled_arrays(path, one, other)
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return
    one, other = ours.get(ARRAY), theirs.get(ARRAY)
    if isinstance(one, dict) and isinstance(other, dict):
        size = int(np.prod(one.get("shape") or [1], dtype=np.float64))
        if one.get("digest") != other.get("digest") and len(one.get("sample") or []) < size:
            yield path or "answer"
        return
    for key in ours.keys() & theirs.keys():
        yield from _sampled_arrays(path or key, ours[key], theirs[key])


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
