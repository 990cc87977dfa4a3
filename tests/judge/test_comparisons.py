"""Many comparisons in one run."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.judge.comparisons import holm
from harness.judge.launches import launch_interval, p_value
from harness.judge.looks import enough, interval_after, looked, looks, nominal_level, repeated_p

p_values = st.lists(st.floats(0, 1), max_size=12)


def literal(values, alpha):
    """Which hypotheses Holm rejects, as the paper says it: smallest first, stop at the first that fails."""
    rejected = set()
    remaining = dict(enumerate(values))
    while remaining:
        index = min(remaining, key=lambda key: (remaining[key], key))
        if remaining[index] > alpha / len(remaining):
            return rejected
        rejected.add(index)
        del remaining[index]
    return rejected


@given(p_values)
def test_it_rejects_what_the_paper_rejects(values):
    rejected = literal(values, 0.05)
    for index, adjustment in enumerate(holm(values)):
        if abs(adjustment.p_value - 0.05) > 1e-12:
            assert (adjustment.p_value <= 0.05) == (index in rejected)


@given(p_values)
def test_an_adjusted_interval_excludes_1_where_holm_rejects(values):
    rejected = literal(values, 0.05)
    for index, adjustment in enumerate(holm(values)):
        alpha = 1 - adjustment.confidence
        if abs(values[index] - alpha) > 1e-12:
            assert (values[index] <= alpha) == (index in rejected)


def test_adjusted_p_values_are_those_of_the_textbook():
    adjusted = [each.p_value for each in holm([0.01, 0.04, 0.03, 0.005])]
    assert adjusted == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_one_comparison_is_left_as_it_is():
    (only,) = holm([0.04])
    assert (only.p_value, only.confidence) == (0.04, pytest.approx(0.95))


def test_none_are_none():
    assert holm([]) == []


def test_the_family_is_wrong_in_five_percent_of_runs_at_most_and_no_comparison_is_wasted():
    random = np.random.default_rng(5)
    count, wrong, seen = 8, 0, 0
    for _ in range(2_000):
        launches = random.normal(0, 0.025, (count, 5))
        launches[0] += 0.5
        values = [float(p) for p in stats.ttest_1samp(launches, 0, axis=1).pvalue]
        excluded = []
        for row, adjustment in zip(launches, holm(values), strict=True):
            interval = launch_interval(row, adjustment.confidence)
            excluded.append(not interval.low <= 1 <= interval.high)
        wrong += any(excluded[1:])
        seen += excluded[0]
    assert p_value(launches[0]) == pytest.approx(values[0])
    assert 0.03 <= wrong / 2_000 <= 0.06
    assert seen / 2_000 > 0.99


def test_the_family_is_wrong_in_five_percent_of_runs_at_most_though_each_may_stop_early():
    """Six comparisons with one baseline, in one case, that ends at the look where all are known to 4 %."""
    random, plan = np.random.default_rng(8), looks(12)
    looks_taken = {each: looked(each, plan, 12) for each in plan}
    wrong, ends = [], []
    for number in range(2_000):
        launches = random.normal(0, 0.018, (6, 12)) + random.normal(0, 0.018, 12)
        ends.append(next(each for each in plan if each == 12 or _known(launches[:, :each], looks_taken[each])))
        seen, taken = launches[:, : ends[-1]], looks_taken[ends[-1]]
        # Whether any is rejected is told by the smallest p value alone, and by a level that needn't be searched for.
        wrong.append(min(map(p_value, seen)) <= nominal_level(taken, 0.05 / 6))
        if number < 40:
            adjustments = holm([repeated_p(row, taken) for row in seen])
            intervals = [interval_after(*each) for each in _looked_at(seen, taken, adjustments)]
            assert wrong[-1] == any(not each.low <= 1 <= each.high for each in intervals)
    assert np.mean(np.array(ends) < 12) > 0.25
    assert np.mean(wrong) <= 0.055


def _known(rows, taken):
    return all(enough(row, taken, 0.04) for row in rows)


def _looked_at(rows, taken, adjustments):
    return [(row, taken, each.confidence) for row, each in zip(rows, adjustments, strict=True)]
