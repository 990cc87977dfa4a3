"""Which ratios of two means the pairs don't exclude."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.judge import TooFewLaunches, fieller

GRID = np.geomspace(1e-4, 1e6, 20_001)


def literal(numerators, denominators):
    """Each ratio on a fine grid, left where a t test doesn't tell the differences from zero."""
    tests = stats.ttest_1samp(numerators - GRID[:, None] * denominators, 0.0, axis=1)
    return list(GRID[tests.pvalue >= 0.05])


def pairs(numerator, denominator, sd, launches=6, seed=1):
    random = np.random.default_rng(seed)
    shared = random.normal(0, sd, launches)
    return numerator + random.normal(0, sd, launches) + shared, denominator + random.normal(0, sd, launches) + shared


@pytest.mark.parametrize(("denominator", "sd"), [(1.0, 0.1), (0.2, 0.02), (0.02, 0.1), (-0.1, 0.2), (0.5, 0.6)])
def test_the_set_agrees_with_a_test_of_every_ratio(denominator, sd):
    numerators, denominators = pairs(2.0, denominator, sd)
    left = literal(numerators, denominators)
    low, high = fieller(numerators, denominators)
    assert low == pytest.approx(left[0], rel=2e-3)
    assert (high if math.isfinite(high) else GRID[-1]) == pytest.approx(left[-1], rel=2e-3)


def test_no_ratio_above_zero_is_left_where_the_denominator_is_below_it_for_sure():
    numerators, denominators = pairs(2.0, -1.0, 0.05)
    assert literal(numerators, denominators) == []
    assert fieller(numerators, denominators) is None


def test_where_nothing_is_known_every_ratio_is_left():
    low, high = fieller(*pairs(0.0, 0.0, 1.0))
    assert (low, high) == (0.0, math.inf)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(2.0, 0.5, (4.0, 4.0)), (2.0, -0.5, None), (2.0, 0.0, None), (0.0, 0.0, (0.0, math.inf))],
)
def test_launches_that_agree_to_the_last_digit_leave_one_ratio_or_none(numerator, denominator, expected):
    assert fieller(np.full(4, numerator), np.full(4, denominator)) == expected


def test_two_launches_are_too_few():
    with pytest.raises(TooFewLaunches, match="there are 2"):
        fieller(np.ones(2), np.ones(2))


@pytest.mark.parametrize("launches", [3, 6])
def test_the_true_ratio_is_in_95_percent_of_the_sets(launches):
    """2,000 trials have a standard error of 0.5 %."""
    inside = 0
    for seed in range(2_000):
        low, high = fieller(*pairs(2.0, 0.5, 0.3, launches, seed)) or (math.inf, 0.0)
        inside += low <= 4.0 <= high
    assert 0.935 <= inside / 2_000 <= 0.965
