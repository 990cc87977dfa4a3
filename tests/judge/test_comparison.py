import math

import msgspec
import pytest
from builders import Way, make_case, make_record
from scipy import stats

from harness.judge.comparison import Standing, compare_runs
from harness.judge.matching import Match
from harness.record.schema import Verdict
from tests.record.test_series import night_record

OTHER = "20261123T150312Z-7f3b"


def record(run=OTHER, cached=1.0, answer=1, counters=61, baseline="naive", spread=0.01):
    ways = [
        Way(baseline, 1.0, answer=1, counters={"fits": 61}),
        Way("cached", cached, Verdict.FASTER, answer=answer, counters={"fits": counters}, spread=spread),
    ]
    return make_record(make_case("search", ways, launches=6), run=run)


def the_row(a, b):
    (case,) = compare_runs(a, b).cases
    return next(row for row in case.variants if row.variant == "cached")


def test_the_change_of_a_ratio_is_welch_s_over_launches():
    a, b = record("a", cached=0.5), record(cached=0.6)
    row = the_row(a, b)
    logs = [[math.log(ratio) for ratio in each.judgements[0].variants[1].ratio.launch_ratios] for each in (a, b)]
    expected = stats.ttest_ind(logs[1], logs[0], equal_var=False).confidence_interval(0.95)
    assert row.change == pytest.approx(1.2)
    assert (row.interval.low, row.interval.high) == pytest.approx((math.exp(expected.low), math.exp(expected.high)))
    assert row.standing is Standing.SLOWER


@pytest.mark.parametrize(("cached", "standing"), [(0.5, Standing.SAME), (0.4, Standing.FASTER), (0.6, Standing.SLOWER)])
def test_a_ratio_is_slower_faster_or_the_same(cached, standing):
    assert the_row(record("a", cached=0.5), record(cached=cached)).standing is standing


def test_what_scatters_too_much_is_undecided():
    row = the_row(record("a", cached=0.5, spread=0.5), record(cached=0.52, spread=0.5))
    assert row.standing is Standing.UNDECIDED


def test_many_comparisons_widen_the_interval_that_decides():
    def many(run, time_s):
        ways = [Way("naive", 1.0), *(Way(f"way{n}", time_s, Verdict.FASTER) for n in range(12))]
        return make_record(make_case("search", ways, launches=6), run=run)

    row = compare_runs(many("a", 0.5), many(OTHER, 0.5)).cases[0].variants[1]
    assert row.adjusted.low < row.interval.low
    assert row.adjusted.confidence > 0.99


def test_other_answers_and_counters_are_told_whatever_the_ratio_is():
    row = the_row(record("a"), record(answer=2, counters=62))
    assert row.answer.match is Match.DIFFERENT
    assert [(each.before, each.after) for each in row.counter_changes] == [(61, 62)]
    assert the_row(record("a"), record()).answer.match is Match.IDENTICAL


def test_ratios_to_different_baselines_are_not_compared_but_answers_are():
    (case,) = compare_runs(record("a"), record(baseline="plain", answer=2)).cases
    (row,) = case.variants
    assert "naive in A, plain in B" in case.why_not
    assert row.standing is Standing.NOT_COMPARED or row.change is None
    assert row.answer.match is Match.DIFFERENT


def test_what_only_one_run_has_is_named():
    more = make_record(make_case("search", [Way("naive", 1.0), Way("other", 1.0, Verdict.SLOWER)]), run=OTHER)
    found = compare_runs(record("a"), more)
    assert [name.rpartition(": ")[2] for name in found.only_a] == ["cached"]
    assert [name.rpartition(": ")[2] for name in found.only_b] == ["other"]


def test_nights_are_compared_by_today_s_ratio_to_the_same_anchor():
    a, b = night_record("a"), night_record(OTHER)
    (case,) = compare_runs(a, b).cases
    assert [row.variant for row in case.variants] == ["naive"]
    assert case.why_not == ""
    moved = msgspec.structs.replace(b, environment=msgspec.structs.replace(b.environment, lock_digest="cd" * 32))
    assert "not the same code and lock" in compare_runs(a, moved).cases[0].why_not


def test_a_variant_that_was_not_measured_is_not_compared():
    died = make_record(
        make_case("search", [Way("naive", 1.0, answer=1), Way("cached", 1.0, died="MemoryError")]), run=OTHER
    )
    row = the_row(record("a"), died)
    assert (row.standing, row.b, row.answer.match) == (Standing.NOT_COMPARED, None, Match.NOT_MEASURED)
