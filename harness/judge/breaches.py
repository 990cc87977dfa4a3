"""Which rules of its policy a run has broken."""

from collections.abc import Iterator

from harness.judge.nights.newest import against_newest, judged_tonight
from harness.judge.verdict import percent
from harness.record.schema import (
    Agreement,
    Breach,
    Case,
    CaseJudgement,
    Failing,
    Phase,
    Record,
    VariantJudgement,
    Verdict,
)

_VERDICTS = {Verdict.SLOWER: Failing.SLOWER, Verdict.INCONCLUSIVE: Failing.INCONCLUSIVE}


def breaches_of(record: Record) -> list[Breach]:
    """All breaches of the plan's policy by what the record says: of the whole run first, then case by case.

    A run of which nothing at all was measured has broken the rule "not measured" under every policy. A night is held
    against the newest of its anchors; whether it is a step from the nights before, its own record can't say.
    """
    failing = {*record.fails_for}
    if not any(sample.phase is Phase.MEASURED for case in record.cases for sample in case.samples):
        failing.add(Failing.NOT_MEASURED)
    night = record.plan.night
    judgements = record.judgements if night is None else judged_tonight(record)
    cases = {case.id: case for case in (record.cases if night is None else against_newest(record.cases, night))}
    found = [*_of_run(record)]
    for judgement in judgements:
        found += _of_case(cases[judgement.case], judgement, record.plan.margin)
    return [breach for breach in found if breach.rule in failing]


def _of_run(record: Record) -> Iterator[Breach]:
    for environment in record.environments:
        if environment.verification.drifted:
            yield Breach(rule=Failing.DRIFT, detail=f"{environment.address} is not its lock")
    if record.plan.night is not None and record.plan.night.unsolved:
        yield Breach(rule=Failing.NOT_SOLVED, detail=record.plan.night.unsolved)
    for told in record.missing:
        yield Breach(rule=Failing.NOT_MEASURED, detail=told)


def _of_case(case: Case, judgement: CaseJudgement, usual_margin: float) -> Iterator[Breach]:
    margin = usual_margin if case.margin is None else case.margin
    baseline = next((row for row in judgement.variants if row.variant == case.baseline), None)
    for row in judgement.variants:
        ratio = row.ratio.estimate if row.ratio else None
        for rule, detail in _by_time(row, margin):
            yield Breach(rule=rule, case=case.id, variant=row.variant, ratio=ratio, detail=detail)
        for rule, detail in (*_by_answer(row, baseline), *_by_counters(row)):
            yield Breach(rule=rule, case=case.id, variant=row.variant, detail=detail)


def _by_time(row: VariantJudgement, margin: float) -> Iterator[tuple[Failing, str]]:
    if row.verdict not in _VERDICTS:
        return
    slower = row.verdict is Verdict.SLOWER
    told = f"{row.reason.partition('; ')[0]}, beyond the margin of {percent(margin)}" if slower else row.reason
    yield _VERDICTS[row.verdict], told


def _by_answer(row: VariantJudgement, baseline: VariantJudgement | None) -> Iterator[tuple[Failing, str]]:
    expected = baseline.answer.agreement if baseline else Agreement.NONE
    if expected is Agreement.UNSTABLE and row is not baseline:
        return  # there is nothing to hold its answer against, and that is told of the baseline
    agreement, detail = row.answer.agreement, row.answer.detail
    if agreement is Agreement.DIFFER:
        yield Failing.DIFFERS, detail
    if agreement is Agreement.UNSTABLE:
        yield Failing.UNSTABLE, detail
    if agreement is Agreement.NONE and expected is Agreement.AGREE and row.verdict is not Verdict.NOT_MEASURED:
        yield Failing.NO_ANSWER, "states no answer, the baseline does"


def _by_counters(row: VariantJudgement) -> Iterator[tuple[Failing, str]]:
    if row.counter_changes:
        told = (f"{change.name} {change.before:,} -> {change.after:,}" for change in row.counter_changes)
        yield Failing.COUNTERS, ", ".join(told)
