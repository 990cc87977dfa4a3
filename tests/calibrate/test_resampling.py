"""Simulated runs made of recorded launches."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from harness.calibrate.resampling import Pool, affordable, carried_over, draw, pool, simulate
from harness.judge import hodges_lehmann
from tests.calibrate.making import comparison, trial


def recorded(count=60, launches=4, spread=200, seed=1):
    chance = np.random.default_rng(seed)
    return [
        trial(
            number,
            comparisons={
                "twin": comparison(
                    *(
                        (effect + 50 * chance.standard_normal(5)).astype(int).tolist()
                        for effect in spread * chance.standard_normal(launches)
                    )
                )
            },
            launch_s=[2.0, *([0.5] * (launches - 1))],
        )
        for number in range(count)
    ]


def test_a_pool_has_one_estimate_a_launch_and_the_cost_of_one_that_is_no_pilot():
    trials = recorded(count=2)
    found = pool(trials)
    blocks = trials[1].comparisons["twin"].launches[2]
    assert found.trials[1][2] == pytest.approx(hodges_lehmann(np.array(blocks) / 1e4))
    assert found.launches.size == 8
    assert found.launch_s == 0.5


def test_a_pool_of_changed_code_is_left_without_its_mean():
    trials = [trial(comparisons={"changed": comparison([200, 200], [400])}), trial(comparisons={})]
    assert pool(trials, "changed").trials[0] == pytest.approx([-0.01, 0.01])


def test_of_trials_without_launches_there_is_no_pool():
    assert pool([]) is None
    assert pool([trial(comparisons={}, launch_s=[1.0])]) is None


def test_a_budget_buys_launches_but_never_more_than_a_run_would_make():
    found = pool(recorded())
    assert affordable(found, 10.0) == 20
    assert affordable(found, 0.1) == 3
    assert affordable(found, 1e6) == 60


def test_drawn_runs_have_recorded_launches_turned_round_or_not():
    found = pool(recorded(count=5, launches=3))
    drawn = draw(found, 500, 8, np.random.default_rng(1))
    assert set(np.round(np.abs(drawn), 9).ravel()) == set(np.round(np.abs(found.launches), 9))
    assert abs(np.mean(drawn > 0) - 0.5) < 0.05


def test_what_one_launch_hands_on_to_the_next_is_told_with_its_interval():
    chance = np.random.default_rng(1)
    steps = [chance.standard_normal(10) for _ in range(50)]
    correlation, low, high = carried_over(Pool(trials=steps, launch_s=1.0))
    assert low < correlation < high
    pairs = [(a, b) for each in steps for a, b in itertools.pairwise(each)]
    expected = stats.pearsonr(*zip(*pairs, strict=True))
    assert correlation == pytest.approx(expected.statistic)
    assert (low, high) == pytest.approx(tuple(expected.confidence_interval()), abs=1e-4)
    assert carried_over(Pool(trials=[np.cumsum(each) for each in steps], launch_s=1.0))[1] > 0.5
    assert carried_over(Pool(trials=[np.zeros(2)], launch_s=1.0)) == (0.0, -1.0, 1.0)


def test_identical_code_is_called_different_about_as_often_as_promised_and_a_change_is_seen():
    simulated = simulate(pool(recorded(count=300)), 20, 0.02, seed=1, trials=4000)
    assert 0.01 <= simulated.alarms / simulated.trials <= 0.065
    assert simulated.seen(0.0) <= 0.04
    assert simulated.seen(0.10) > 0.99
    smallest = simulated.smallest()
    assert simulated.seen(smallest) >= 0.8 > simulated.seen(smallest - 0.001)


def test_what_is_never_seen_has_no_smallest_change():
    assert simulate(pool(recorded(spread=60_000)), 3, 0.02, seed=1, trials=200).smallest() == math.inf
