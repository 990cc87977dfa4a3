"""Trials with their launches turned round."""

import itertools

import numpy as np
import pytest
from scipy import stats

from harness.calibrate.recorded import estimates
from harness.calibrate.turning import as_many, chance_of_alarm, ways
from tests.calibrate.making import comparison, trial


def test_up_to_eleven_launches_are_turned_in_all_ways_that_differ():
    for launches in (1, 3, 7, 11):
        found = {tuple(row) for row in ways(launches)}
        assert found | {tuple(-each for each in row) for row in found} == set(
            itertools.product((1.0, -1.0), repeat=launches)
        )
        assert len(ways(launches)) == 2 ** (launches - 1)


def test_more_launches_are_turned_at_random():
    drawn = ways(30)
    assert drawn.shape == (1024, 30)
    assert set(drawn.ravel()) == {1.0, -1.0}
    assert abs(drawn.mean()) < 0.03


def test_three_launches_as_good_as_equal_are_called_different_in_one_way_of_four():
    """All three have to agree, which they do in one of the four ways that differ; then the interval is narrow."""
    assert chance_of_alarm(trial(comparisons={"twin": comparison([100], [101], [99])}), "twin") == 0.25


def test_launches_of_very_different_size_are_never_called_different():
    assert chance_of_alarm(trial(comparisons={"twin": comparison([100], [1], [2])}), "twin") == 0.0


@pytest.mark.parametrize("count", [0, 1, 3, 8])
def test_with_equal_chances_the_count_is_binomial(count):
    assert as_many(count, [0.1] * 8) == pytest.approx(stats.binom.sf(count - 1, 8, 0.1))


def test_with_chances_of_their_own_the_count_is_that_of_all_outcomes():
    chances = [0.5, 0.1, 0.9, 0.2]
    literally = sum(
        np.prod([chance if happens else 1 - chance for chance, happens in zip(chances, outcome, strict=True)])
        for outcome in itertools.product((0, 1), repeat=4)
        if sum(outcome) >= 2
    )
    assert as_many(2, chances) == pytest.approx(literally)


def test_launches_without_a_mean_give_alarms_as_often_as_turning_them_says():
    chance = np.random.default_rng(7)
    trials = [
        trial(number, comparisons={"twin": comparison(*([round(each)] for each in chance.normal(0, 100, 8)))})
        for number in range(400)
    ]
    chances = [chance_of_alarm(each, "twin") for each in trials]
    called_different = sum(
        abs(stats.ttest_1samp(estimates(each.comparisons["twin"]), 0).pvalue) < 0.05 for each in trials
    )
    assert 0.01 < as_many(called_different, chances) < 0.99
    assert 0.03 < np.mean(chances) < 0.07, "eight normal launches and one look: the nominal 5 %"
