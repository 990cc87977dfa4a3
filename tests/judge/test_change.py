"""Whether a ratio is the same in two runs."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.judge.change import Sameness, change_of, sameness

FIRST = np.log([0.31, 0.33, 0.32, 0.30])
SECOND = np.log([0.35, 0.41, 0.38])
MARGIN = 0.1


def literal(first, second):
    """Welch's test, sum by sum."""
    parts, means = [], []
    for values in (first, second):
        mean = sum(values) / len(values)
        means.append(mean)
        parts.append(sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))
    error = math.sqrt(parts[0] + parts[1])
    degrees = (parts[0] + parts[1]) ** 2 / (parts[0] ** 2 / (len(first) - 1) + parts[1] ** 2 / (len(second) - 1))
    return means[1] - means[0], error, degrees


@pytest.mark.parametrize("seed", range(20))
def test_a_change_agrees_with_the_literal_version_and_with_scipys_test(seed):
    random = np.random.default_rng(seed)
    first = random.normal(0.2, 0.02, random.integers(3, 9))
    second = random.normal(0.25, 0.05, random.integers(3, 9))
    shift, error, degrees = literal(list(first), list(second))
    change = change_of(first, second)
    assert math.log(change.estimate) == pytest.approx(shift)
    assert change.error == pytest.approx(error)
    assert change.degrees == pytest.approx(degrees)
    tested = stats.ttest_ind(second, first, equal_var=False)
    assert change.p_value == pytest.approx(tested.pvalue)
    interval = tested.confidence_interval(0.95)
    assert change.interval(0.95).low == pytest.approx(math.exp(interval.low))
    assert change.interval(0.95).high == pytest.approx(math.exp(interval.high))


@pytest.mark.parametrize("seed", range(40))
def test_same_is_what_two_one_sided_tests_say(seed):
    random = np.random.default_rng(seed)
    first, second = random.normal(0, 0.04, 5), random.normal(random.uniform(-0.12, 0.12), 0.04, 6)
    most = math.log(1 + MARGIN)
    below = stats.ttest_ind(second - most, first, equal_var=False, alternative="less").pvalue
    above = stats.ttest_ind(second + most, first, equal_var=False, alternative="greater").pvalue
    said, _ = sameness(change_of(first, second), MARGIN, 0.95)
    assert (said is Sameness.SAME) == (max(below, above) < 0.05)


def test_it_does_not_matter_which_run_comes_first():
    forth, back = change_of(FIRST, SECOND), change_of(SECOND, FIRST)
    assert forth.estimate == pytest.approx(1 / back.estimate)
    assert forth.p_value == pytest.approx(back.p_value)
    for margin in (0.01, 0.1, 0.5, 0.9):
        assert sameness(forth, margin, 0.95)[0] is sameness(back, margin, 0.95)[0]


@pytest.mark.parametrize("launches", [3, 5, 10])
def test_simulated_a_ratio_at_the_margin_is_called_the_same_in_at_most_5_percent_of_runs(launches):
    assert share_called(Sameness.SAME, math.log(1 + MARGIN), launches) <= 0.055


@pytest.mark.parametrize("launches", [3, 5, 10])
def test_simulated_an_unchanged_ratio_is_called_another_in_at_most_5_percent_of_runs(launches):
    assert share_called(Sameness.OTHER, 0.0, launches) <= 0.055


@pytest.mark.parametrize(("shift", "expected"), [(0.0, Sameness.SAME), (math.log(1.5), Sameness.OTHER)])
def test_simulated_six_launches_each_tell_the_same_from_half_as_much_again(shift, expected):
    assert share_called(expected, shift, 6) > 0.95


def share_called(expected, shift, launches, runs=3_000):
    """Two runs whose launches scatter by 2.75 % and by 4 %, again and again."""
    random = np.random.default_rng(launches)
    called = 0
    for _ in range(runs):
        change = change_of(random.normal(0, 0.0275, launches), random.normal(shift, 0.04, launches))
        called += sameness(change, MARGIN, 0.95)[0] is expected
    return called / runs


@pytest.mark.parametrize("launches", [0, 1, 2])
def test_fewer_than_three_launches_leave_it_undecided(launches):
    assert change_of(FIRST[:launches], SECOND) is None
    assert change_of(FIRST, SECOND[:launches]) is None
    said, why = sameness(None, MARGIN, 0.95)
    assert said is Sameness.UNDECIDED
    assert "launches" in why


@pytest.mark.parametrize(("second", "expected"), [(0.3, Sameness.SAME), (0.6, Sameness.OTHER)])
def test_launches_that_agree_to_the_last_digit_leave_no_doubt(second, expected):
    change = change_of(np.log([0.3] * 3), np.log([second] * 4))
    assert sameness(change, MARGIN, 0.95)[0] is expected


def test_the_reason_says_how_far_it_may_be():
    said, why = sameness(change_of(FIRST, SECOND), 0.3, 0.95)
    assert said is Sameness.UNDECIDED
    assert why == "1.07 times to 1.36 times the recorded ratio, at 90 % confidence"
