"""Counts of trials."""

import numpy as np
import pytest
from scipy import stats

from harness.calibrate.tally import alarms, different, most_alarms, share, smallest
from tests.calibrate.making import comparison, trial


def test_alarms_are_counted_over_the_trials_that_made_the_comparison():
    both = {"twin": comparison(), "changed": comparison(different=True)}
    trials = [trial(0), trial(1, different=True), trial(2, comparisons=both)]
    assert different(trials, "twin") == share(1, 3)
    assert different(trials, "changed") == share(1, 1)


def test_a_trial_with_too_few_launches_for_an_interval_is_no_evidence_that_there_are_no_false_alarms():
    unable = {"twin": comparison([10, 20], [-10, 0])}
    trials = [trial(0, different=True), trial(1, comparisons=unable), trial(2, comparisons={})]
    assert alarms(trials, "twin") == share(1, 1)


@pytest.mark.parametrize(("count", "trials"), [(0, 20), (1, 20), (16, 20), (20, 20), (15, 300)])
def test_the_interval_of_a_share_is_clopper_and_pearsons(count, trials):
    expected = stats.binomtest(count, trials).proportion_ci(0.95, method="exact")
    found = share(count, trials)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_of_no_trials_nothing_is_known():
    nothing = share(0, 0)
    assert (nothing.estimate, nothing.low, nothing.high) == (0, 0, 1)


@pytest.mark.parametrize("trials", [1, 20, 200, 300])
def test_so_many_alarms_are_allowed_as_the_binomial_distribution_has_in_99_of_100_calibrations(trials):
    assert most_alarms(trials) == stats.binom.ppf(0.99, trials, 0.05)


def test_of_300_trials_24_may_be_alarms():
    assert most_alarms(300) == 24


def test_the_change_that_most_trials_see_is_an_order_statistic_with_order_statistics_around_it():
    found = smallest([each / 100 for each in range(100)])
    assert found.estimate == 0.79
    assert (found.low, found.high) == (0.71, 0.88)


def test_the_interval_of_that_change_holds_it_as_often_as_it_says():
    chance = np.random.default_rng(1)
    truth = stats.norm.ppf(0.8)
    held = []
    for _ in range(2000):
        found = smallest(chance.standard_normal(60).tolist())
        held.append(found.low <= truth <= found.high)
    assert 0.93 <= np.mean(held) <= 0.98


def test_a_change_that_too_few_trials_see_is_none():
    assert smallest([0.1, 0.2, None, None]).estimate is None
    assert smallest([]).estimate is None
