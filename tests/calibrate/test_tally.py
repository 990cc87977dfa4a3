"""Counts of trials."""

import pytest
from scipy import stats

from harness.calibrate.tally import Share, different, most_alarms
from tests.calibrate.making import comparison, trial


def test_alarms_are_counted_over_the_trials_that_made_the_comparison():
    both = {"twin": comparison(), "changed": comparison(different=True)}
    trials = [trial(0), trial(1, different=True), trial(2, comparisons=both)]
    assert different(trials, "twin") == Share(count=1, trials=3)
    assert different(trials, "changed") == Share(count=1, trials=1)


@pytest.mark.parametrize(("count", "trials"), [(0, 20), (1, 20), (16, 20), (20, 20), (15, 300)])
def test_the_interval_of_a_share_is_clopper_and_pearsons(count, trials):
    expected = stats.binomtest(count, trials).proportion_ci(0.95, method="exact")
    assert Share(count=count, trials=trials).interval == pytest.approx((expected.low, expected.high))


def test_of_no_trials_nothing_is_known():
    assert Share(count=0, trials=0).estimate == 0
    assert Share(count=0, trials=0).interval == (0, 1)


@pytest.mark.parametrize("trials", [1, 20, 200, 300])
def test_so_many_alarms_are_allowed_as_the_binomial_distribution_has_in_99_of_100_calibrations(trials):
    assert most_alarms(trials) == stats.binom.ppf(0.99, trials, 0.05)


def test_of_300_trials_24_may_be_alarms():
    assert most_alarms(300) == 24
