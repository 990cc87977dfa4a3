"""A night with two anchors is held against the newer one."""

from __future__ import annotations

import msgspec
import pytest
from builders import make_record

from harness.judge import breaches_of
from harness.judge.nights import against_newest, judged_tonight
from harness.record.schema import Failing, Verdict

from .making import a_night


def rules(record):
    return [breach.rule for breach in breaches_of(record)]


def test_today_is_held_against_the_newest_anchor_and_the_record_against_the_first():
    record = a_night(3, 1.0, anchors=(1, 2), link=1.5)
    assert [row.verdict for row in record.judgements[0].variants[1:]] == [Verdict.SLOWER, Verdict.SLOWER]
    (judgement,) = judged_tonight(record)
    assert [row.variant for row in judgement.variants] == ["base:v2", "base:HEAD"]
    assert judgement.variants[1].ratio.estimate == pytest.approx(1.0, abs=0.02)
    assert Failing.SLOWER not in rules(record)
    assert Failing.SLOWER in rules(a_night(3, 1.5, anchors=(1, 2), link=0.5))


def test_with_one_anchor_the_record_says_it_all():
    record = a_night(3, 1.2)
    assert judged_tonight(record) is record.judgements
    assert against_newest(record.cases, record.plan.night) == record.cases
    assert rules(record) == [Failing.SLOWER]


def test_a_night_without_a_fresh_solve_breaks_a_policy_that_asks_for_one():
    record = a_night(3)
    night = msgspec.structs.replace(record.plan.night, unsolved="no index is in reach")
    policy = msgspec.structs.replace(record.plan.policy, fail_nightly=[Failing.NOT_SOLVED])
    plan = msgspec.structs.replace(record.plan, night=night, policy=policy)
    (breach,) = breaches_of(msgspec.structs.replace(record, plan=plan))
    assert (breach.rule, breach.detail) == (Failing.NOT_SOLVED, "no index is in reach")


def test_other_runs_are_no_nights():
    with pytest.raises(ValueError, match="no night's"):
        judged_tonight(make_record())
