"""How a ratio varies, and how to share the time."""

import numpy as np
import pytest

from harness.judge.launches import half_width
from harness.judge.precision import (
    PRIOR_BETWEEN_SD,
    PRIOR_DEGREES,
    PRIOR_WITHIN_DEGREES,
    PRIOR_WITHIN_SD,
    blocks_per_launch,
    held_variance,
    spread,
    variance_within,
)


def test_what_a_pilot_shows_of_its_blocks_is_held_by_the_prior():
    blocks = np.array([0.01, 0.03, 0.02, 0.05])
    mean = sum(blocks) / 4
    squares = sum((block - mean) ** 2 for block in blocks)
    literal = (PRIOR_WITHIN_DEGREES * PRIOR_WITHIN_SD**2 + squares) / (PRIOR_WITHIN_DEGREES + 3)
    assert variance_within([blocks]) == pytest.approx(literal)
    assert variance_within([]) == pytest.approx(PRIOR_WITHIN_SD**2)


def test_the_spread_is_that_of_the_ratio_that_needs_most_over_what_is_wanted():
    steady, loose = np.array([0.0, 0.01, -0.01]), np.array([0.0, 0.05, -0.05])
    assert spread([steady, loose], 0.0, 0.0, 0.02) == pytest.approx(np.std(loose, ddof=1) / 0.02)
    assert spread([loose + np.log(7)], 0.0, 0.0, 0.02) == pytest.approx(np.std(loose, ddof=1) / (np.log(7) / 10))
    assert spread([], 1.0, 4.0, 0.02) == spread([np.zeros(0)], 1.0, 4.0, 0.02) == 0


def test_a_prior_holds_the_spread_as_long_as_there_are_few_launches():
    lucky = np.array([0.001, 0.0011, 0.0009])
    assert spread([lucky[:1]], 0.03**2, 4.0, 0.02) == pytest.approx(1.5)
    assert spread([lucky], 0.03**2, 4.0, 0.02) > 1.2
    many = np.random.default_rng(4).normal(0, 0.01, 400)
    assert spread([many], 0.03**2, 4.0, 0.02) == pytest.approx(0.5, rel=0.1)


def test_a_held_variance_is_the_mean_of_what_was_expected_and_what_was_seen_by_their_degrees_of_freedom():
    first, second = np.array([0.0, 0.1, 0.2]), np.array([0.3, 0.5])
    variance = held_variance([first, second, np.zeros(0)], 0.03, 4.0)
    assert variance == pytest.approx((4 * 0.03 + 2 * np.var(first, ddof=1) + np.var(second, ddof=1)) / 7)
    assert held_variance([], 0.03, 4.0) == 0.03


def shared(cases, launches, sd, random, beside):
    """A run's launches, each given to the case that it makes more precise; by what a case shows of its noise itself,
    or with what the others show beside it. Returns the launches of each case.
    """
    found = [list(random.normal(0, sd, 3)) for _ in range(cases)]
    for _ in range(launches - 3 * cases):
        arrays = [np.array(each) for each in found]
        gains = []
        for place, own in enumerate(arrays):
            others = arrays[:place] + arrays[place + 1 :] if beside else []
            expected = held_variance(others, PRIOR_BETWEEN_SD**2, PRIOR_DEGREES)
            gains.append(spread([own], expected, PRIOR_DEGREES, 0.02) ** 2 / (own.size * (own.size + 1)))
        found[int(np.argmax(gains))].append(random.normal(0, sd))
    return [np.array(each) for each in found]


def test_cases_that_share_a_budget_by_each_others_noise_too_keep_their_intervals():
    """By its own alone, a case that scatters little by chance ends early, and with an interval that is too narrow."""
    missed = {}
    for beside in (True, False):
        random = np.random.default_rng(6)
        runs = [shared(6, 36, 0.1, random, beside) for _ in range(100)]
        missed[beside] = np.mean([abs(np.mean(each)) > half_width(each) for run in runs for each in run])
    assert missed[True] < 0.065 < missed[False]


@pytest.mark.parametrize("launch_cost_s", [0.5, 3.0])
@pytest.mark.parametrize("within", [0.001, 0.02])
def test_no_other_number_of_blocks_is_more_precise_in_the_same_time(launch_cost_s, within):
    block_cost_s, between = 0.05, 0.02**2

    def variance_for_the_time(blocks):
        return (between + within / blocks) * (launch_cost_s + blocks * block_cost_s)

    chosen = blocks_per_launch(launch_cost_s, block_cost_s, within, between, most=1_000)
    best = min(range(1, 1_001), key=variance_for_the_time)
    assert abs(chosen - best) <= 1
    assert variance_for_the_time(chosen) <= 1.01 * variance_for_the_time(best)


@pytest.mark.parametrize(
    ("arguments", "blocks"),
    [
        ((1.0, 1.0, 0.0, 0.01), 1),
        ((1.0, 1.0, 0.01, 0.0), 30),
        ((1.0, 0.0, 0.01, 0.01), 30),
        ((0.0, 1.0, 0.01, 0.01), 1),
        ((9.0, 1.0, 0.01, 0.01), 3),
        ((1e9, 1e-9, 1.0, 1e-300), 30),
    ],
)
def test_blocks_stay_between_one_and_the_most(arguments, blocks):
    assert blocks_per_launch(*arguments, most=30) == blocks
