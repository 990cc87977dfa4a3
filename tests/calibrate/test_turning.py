"""Trials with their launches turned round."""

import itertools

import numpy as np
import pytest
from scipy import stats

from harness.calibrate.findings import Comparison
from harness.calibrate.stopping import plan, stopped
from harness.calibrate.turning import MOST_WAYS, as_many, chance_of_alarm, ways
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
    assert drawn.shape == (MOST_WAYS, 30)
    assert set(drawn.ravel()) == {1.0, -1.0}
    assert abs(drawn.mean()) < 0.03


@pytest.mark.parametrize("launches", [3, 11, 12, 60])
def test_the_first_way_is_that_which_it_was(launches):
    assert set(ways(launches)[0]) == {1.0}


def test_three_launches_as_good_as_equal_are_called_different_in_one_way_of_four():
    """All three have to agree, which they do in one of the four ways that differ; then the interval is narrow."""
    assert chance_of_alarm(trial(comparisons={"twin": comparison([100], [101], [99])})) == 0.25


def test_launches_of_very_different_size_are_never_called_different():
    assert chance_of_alarm(trial(comparisons={"twin": comparison([100], [1], [2])})) == 0.0


def test_of_a_trial_that_ended_early_those_ways_count_in_which_it_would_have():
    """Four launches that agree are known to 2 %, and different; the other ways are not known so well."""
    launches = [[300], [301], [299], [300]]
    early = Comparison(log_ratio=0.03, different=True, looks=[(4, 0.5)], launches=launches)
    assert chance_of_alarm(trial(comparisons={"twin": early})) == 1.0
    at_the_end = Comparison(log_ratio=0.03, different=True, looks=[(4, 1.0)], launches=launches)
    assert chance_of_alarm(trial(comparisons={"twin": at_the_end})) == 0.125


def test_beside_a_change_it_is_not_the_twin_that_ends_a_trial_so_all_ways_count():
    early = Comparison(log_ratio=0.03, different=True, looks=[(4, 0.5)], launches=[[300], [301], [299], [300]])
    assert chance_of_alarm(trial(comparisons={"twin": early, "changed": early})) == 0.125


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


def test_trials_that_may_end_early_have_as_many_alarms_as_turning_them_says():
    """Launches without a mean, of very different scales: so many trials end at each of their looks."""
    chance = np.random.default_rng(7)
    trials, alarms = [], 0
    for number in range(1500):
        launches = np.round(chance.choice([60, 150, 600]) * chance.standard_t(4, 15))
        ended = stopped(launches[np.newaxis] * 1e-4, 0.02)
        taken = int(ended.launches[0])
        looks = next(each for each in plan(15) if each.launches[-1] == taken)
        recorded = Comparison(
            log_ratio=0.0,
            different=bool(ended.different[0]),
            looks=list(zip(looks.launches, looks.spent, strict=True)),
            launches=[[int(each)] for each in launches[:taken]],
        )
        trials.append(trial(number, comparisons={"twin": recorded}))
        alarms += recorded.different
    assert len({len(each.comparisons["twin"].launches) for each in trials}) > 2
    chances = [chance_of_alarm(each) for each in trials]
    assert 0.005 < as_many(alarms, chances) < 0.995
    assert alarms / len(trials) == pytest.approx(np.mean(chances), abs=0.012)
