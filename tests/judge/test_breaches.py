"""Which rules of its policy a run has broken."""

from __future__ import annotations

import pytest
from builders import Way, make_case, make_record
from msgspec.structs import replace

from harness.judge.breaches import breaches_of
from harness.record.schema import (
    Agreement,
    AnswerJudgement,
    CounterChange,
    EnvironmentRecord,
    Failing,
    Phase,
    Policy,
    Verdict,
    Verification,
)  # fmt: skip

DRIFTED = Verification(state="drifted", findings=["numpy: 2.4 is installed, the lock says 2.3"])
WAYS = [
    Way("naive", 1.0, answer=1),
    Way("slow", 1.5, Verdict.SLOWER, answer=1, reason="50 % more time over 6 launches; counter x is not the same"),
    Way("vague", 1.0, Verdict.INCONCLUSIVE, answer=1, reason="the interval holds 1"),
    Way("other", 0.5, Verdict.INCONCLUSIVE, Agreement.DIFFER, "at x: 1 against 2", answer=2, reason="faster, but"),
    Way("moody", 1.0, Verdict.EQUIVALENT, Agreement.UNSTABLE, "launch 1 against 0", answer=3),
    Way("silent", 1.0, Verdict.EQUIVALENT),
    Way("dead", 1.0, Verdict.NOT_MEASURED, died="died (killed by signal 9)"),
]  # fmt: skip


def run(*ways, fail=(), fail_against=(), **fields):
    record = make_record(make_case("grid", list(ways) or WAYS), **fields)
    policy = Policy(fail=list(fail), fail_against=list(fail_against))
    return replace(record, plan=replace(record.plan, policy=policy))


def broken(*fail, **fields):
    return [(breach.variant, breach.detail) for breach in breaches_of(run(fail=fail, **fields))]


@pytest.mark.parametrize(
    ("rule", "variants"),
    [
        (Failing.SLOWER, ["slow"]),
        (Failing.INCONCLUSIVE, ["vague", "other"]),
        (Failing.DIFFERS, ["other"]),
        (Failing.UNSTABLE, ["moody"]),
        (Failing.NO_ANSWER, ["silent"]),
        (Failing.COUNTERS, []),
        (Failing.DRIFT, []),
        (Failing.NOT_MEASURED, []),
    ],
)
def test_each_rule_is_broken_by_the_variants_that_it_is_about(rule, variants):
    assert [variant for variant, _ in broken(rule)] == variants


def test_a_slower_variant_is_told_with_its_ratio_and_the_margin_of_its_case():
    record = run(fail=[Failing.SLOWER])
    record = replace(record, cases=[replace(record.cases[0], margin=0.25)])
    (breach,) = breaches_of(record)
    assert (breach.case, breach.variant, breach.ratio) == (record.cases[0].id, "slow", pytest.approx(1.5))
    assert breach.detail == "50 % more time over 6 launches, beyond the margin of 25 %"


def test_without_a_policy_nothing_but_drift_and_what_is_missing_fails():
    usual = Policy()
    assert broken(*usual.fail) == []
    drifted = breaches_of(run(fail=usual.fail, verification=DRIFTED, missing=["grid, dead: died"]))
    assert [(breach.rule, breach.detail) for breach in drifted] == [
        (Failing.DRIFT, "subject@wheels is not its lock"),
        (Failing.NOT_MEASURED, "grid, dead: died"),
    ]


def test_what_is_missing_passes_where_the_policy_says_so():
    assert breaches_of(run(missing=["grid, dead: died"])) == []


def test_a_run_of_which_nothing_was_measured_passes_under_no_policy():
    record = run(missing=["nothing was measured"])
    cut = replace(record.cases[0], samples=[replace(each, phase=Phase.BROKEN) for each in record.cases[0].samples])
    (breach,) = breaches_of(replace(record, cases=[cut]))
    assert (breach.rule, breach.detail) == (Failing.NOT_MEASURED, "nothing was measured")


def test_where_the_baselines_answer_is_unstable_only_that_is_told():
    record = run(*WAYS[:4], fail=[Failing.UNSTABLE, Failing.DIFFERS])
    moody = AnswerJudgement(agreement=Agreement.UNSTABLE, detail="launch 1 against 0")
    judgement = record.judgements[0]
    rows = [replace(row, answer=moody) for row in judgement.variants]
    record = replace(record, judgements=[replace(judgement, variants=rows)])
    assert [breach.variant for breach in breaches_of(record)] == ["naive"]


def test_side_by_side_its_own_list_holds_and_changed_counters_can_fail():
    other = EnvironmentRecord(
        address="newest", kind="wheels", python="3.12", lock_digest=None, verification=Verification(state="verified")
    )
    record = run(*WAYS[:2], fail=[Failing.SLOWER], fail_against=[Failing.COUNTERS], against=[other])
    judgement = record.judgements[0]
    changed = [CounterChange(name="fit vect", before=1100, after=2100)]
    rows = [judgement.variants[0], replace(judgement.variants[1], counter_changes=changed)]
    record = replace(record, judgements=[replace(judgement, variants=rows)])
    (breach,) = breaches_of(record)
    assert (breach.rule, breach.variant, breach.detail) == (Failing.COUNTERS, "slow", "fit vect 1,100 -> 2,100")
    assert breach.ratio is None
