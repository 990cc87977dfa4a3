"""Lines through points with launches of their own."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.judge.curves.growth import growth_of
from harness.judge.curves.line import Points, fit_line, half_width, lack_of_fit_p, off

from .making import SIZES, points

X = [math.log(size) for size in SIZES]


def literal_fit(x, y, weights):
    """Weighted least squares by the normal equations, one sum at a time."""
    total = sum(weights)
    mean_x = sum(w * a for w, a in zip(weights, x, strict=True)) / total
    mean_y = sum(w * b for w, b in zip(weights, y, strict=True)) / total
    above = sum(w * (a - mean_x) * (b - mean_y) for w, a, b in zip(weights, x, y, strict=True))
    below = sum(w * (a - mean_x) ** 2 for w, a in zip(weights, x, strict=True))
    return mean_y - above / below * mean_x, above / below


def literal_half_width(weights, launches):
    """Error propagation through a sum, with Welch's and Satterthwaite's degrees of freedom."""
    parts = []
    for weight, values in zip(weights, launches, strict=True):
        mean = sum(values) / len(values)
        variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
        parts.append((weight**2 * variance / len(values), len(values) - 1))
    total = sum(part for part, _ in parts)
    freedom = total**2 / sum(part**2 / each for part, each in parts)
    return float(stats.t.ppf(0.975, freedom)) * math.sqrt(total)


@pytest.mark.parametrize("seed", range(5))
def test_a_line_agrees_with_the_literal_version(seed):
    drawn = points(SIZES, [0.9 * x for x in X], launches=[3, 4, 5, 9, 3], sd=0.1, seed=seed)
    for weights in (np.ones(5), drawn.counts):
        line = fit_line(drawn, weights)
        level, slope = literal_fit(X, drawn.means, weights)
        assert line.steepness == pytest.approx(slope)
        assert line.height(3.0) == pytest.approx(level + 3 * slope)
        assert half_width(line.slope, drawn) == pytest.approx(literal_half_width(line.slope, drawn.launches))


def test_a_line_agrees_with_scipys():
    drawn = points(SIZES, X, sd=0.2)
    line = fit_line(drawn, np.ones(5))
    assert line.steepness == pytest.approx(stats.linregress(X, drawn.means).slope)


def test_the_interval_of_the_difference_of_two_points_is_welchs():
    drawn = points([1, 2], [0.0, 1.0], launches=[4, 7], sd=[0.1, 0.3])
    found = stats.ttest_ind(*drawn.launches, equal_var=False).confidence_interval()
    assert half_width(np.array([1.0, -1.0]), drawn) == pytest.approx((found.high - found.low) / 2)


def literal_lack_of_fit(x, launches):
    """The table of the analysis of variance, row by row."""
    counts = [len(each) for each in launches]
    means = [sum(each) / len(each) for each in launches]
    level, slope = literal_fit(x, means, counts)
    lack = sum(n * (mean - level - slope * a) ** 2 for n, mean, a in zip(counts, means, x, strict=True))
    pure = sum((value - mean) ** 2 for each, mean in zip(launches, means, strict=True) for value in each)
    left, freedom = len(x) - 2, sum(counts) - len(x)
    return float(stats.f.sf((lack / left) / (pure / freedom), left, freedom))


@pytest.mark.parametrize("seed", range(5))
def test_lack_of_fit_agrees_with_the_literal_version(seed):
    drawn = points(SIZES, X, launches=[3, 4, 5, 9, 3], sd=0.1, seed=seed)
    assert lack_of_fit_p(drawn) == pytest.approx(literal_lack_of_fit(X, drawn.launches))


def test_lack_of_fit_is_found_in_no_more_than_its_share_of_straight_lines():
    found = [lack_of_fit_p(points(SIZES, X, launches=3, sd=0.05, seed=seed)) < 0.05 for seed in range(600)]
    assert np.mean(found) == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize("sd", [0.03, [0.2, 0.1, 0.03, 0.02, 0.02]], ids=["alike", "noisy where it is short"])
@pytest.mark.parametrize("launches", [3, [3, 3, 12, 12, 3]], ids=["three", "some more"])
def test_the_exponents_interval_covers_what_it_says(sd, launches):
    held = 0
    for seed in range(500):
        drawn = points(SIZES, [1.1 * x for x in X], launches, sd, seed)
        line = fit_line(drawn, np.ones(5))
        held += abs(line.steepness - 1.1) <= half_width(line.slope, drawn)
    assert 0.92 <= held / 500 <= 0.985


def test_the_interval_holds_the_slope_of_the_best_line_even_where_no_line_fits():
    bent = [0.02 * x**2 for x in X]
    slope = literal_fit(X, bent, [1] * 5)[1]
    held = 0
    for seed in range(300):
        interval = growth_of(points(SIZES, bent, 4, 0.03, seed)).exponent.interval
        held += interval.low <= slope <= interval.high
    assert 0.92 <= held / 300 <= 0.99


def test_launches_shared_out_otherwise_leave_the_exponent_what_it_is():
    bent = [0.02 * x**2 for x in X]
    growths = [growth_of(points(SIZES, bent, launches, 1e-9)) for launches in (3, [3, 3, 40, 40, 3])]
    assert growths[0].exponent.value == pytest.approx(growths[1].exponent.value)


def test_a_bent_curve_is_called_curved_and_has_local_exponents():
    growth = growth_of(points(SIZES, [math.log(1 + size / 5_000) for size in SIZES], sd=0.01))
    assert growth.curved
    local = [each.exponent.value for each in growth.local]
    assert local == sorted(local)
    assert local[0] < 0.2
    assert local[-1] > 0.9
    assert (growth.local[0].low, growth.local[0].high) == (pytest.approx(100), pytest.approx(1000))


def test_a_bend_that_nobody_would_see_is_not_called_one():
    growth = growth_of(points(SIZES, [x + 0.005 * (i % 2) for i, x in enumerate(X)], launches=20, sd=1e-5))
    assert growth.lack_of_fit_p < 1e-6
    assert not growth.curved


def test_two_points_have_an_exponent_without_an_interval():
    growth = growth_of(points([10, 100], [1.0, 2.0], sd=0.001))
    assert growth.exponent.interval is None
    assert growth.lack_of_fit_p is None
    assert not growth.curved


def test_one_point_has_no_growth():
    assert growth_of(points([10], [1.0])) is None


def test_points_with_too_few_launches_take_the_interval():
    growth = growth_of(points(SIZES, X, launches=[3, 3, 3, 3, 2]))
    assert growth.exponent.value == pytest.approx(1.0, abs=0.01)
    assert growth.exponent.interval is None
    assert growth.local[0].exponent.interval is not None


def test_figures_that_never_change_have_an_exponent_of_exactly_nothing():
    growth = growth_of(Points(np.array(X), [np.zeros(3)] * 5))
    assert growth.exponent.value == 0.0
    assert (growth.exponent.interval.low, growth.exponent.interval.high) == (0.0, 0.0)
    assert not growth.curved


def test_how_far_points_lie_off_the_line_is_a_share():
    given = Points(np.array([0.0, 1.0, 2.0]), [np.array([0.0]), np.array([math.log(1.3)]), np.array([0.0])])
    line = fit_line(given, np.ones(3))
    assert off(given, line) == pytest.approx(1.3 ** (2 / 3) - 1)
