"""Where two variants take the same time, between the values that were measured."""

import math

import numpy as np
import pytest
from scipy import optimize, stats

from harness.judge.curves.crossing import crossing
from harness.judge.curves.line import Points, fit_line, half_width, half_widths

from .making import points

DECADE = math.log(10)


def literal_lagrange(xs, x):
    """The weights of the values in the polynomial through all of them."""
    return [
        math.prod((x - other) / (own - other) for place, other in enumerate(xs) if place != at)
        for at, own in enumerate(xs)
    ]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_curve_through_its_points_agrees_with_the_literal_version(count):
    drawn = points([10.0**k for k in range(count)], [0.4, 0.2, -0.3, -0.1][:count])
    fit = fit_line(drawn, drawn.counts, count - 1)
    for x in (-0.5, 0.7, 3.3):
        assert list(fit.at(x)) == pytest.approx(literal_lagrange(list(drawn.x), x), abs=1e-9)


def test_a_fit_of_more_points_than_coefficients_agrees_with_numpys():
    drawn = points([10.0**k for k in range(6)], [0.5, 0.4, 0.1, -0.1, -0.3, -0.35], launches=[3, 4, 5, 6, 7, 8])
    fit = fit_line(drawn, drawn.counts, 3)
    theirs = np.polynomial.Polynomial.fit(drawn.x, drawn.means, 3, w=np.sqrt(drawn.counts))
    assert [fit.height(x) for x in (1.0, 5.0)] == pytest.approx([float(theirs(x)) for x in (1.0, 5.0)])


def test_many_half_widths_agree_with_one_at_a_time():
    drawn = points([1, 10, 100, 1000], [0.3, 0.1, -0.2, -0.5], launches=[3, 4, 5, 3], sd=0.05)
    fit = fit_line(drawn, drawn.counts, 3)
    grid = np.array([0.5, 2.0, 4.0])
    assert list(half_widths(fit.at(grid), drawn)) == pytest.approx([half_width(fit.at(x), drawn) for x in grid])


def literal_fieller(drawn, confidence=0.95):
    """Fieller's closed form for a line through two points, given the degrees of freedom at the crossing's ends."""
    (x1, x2), (y1, y2) = drawn.x, drawn.means
    v1, v2 = drawn.variances()
    slope = (y2 - y1) / (x2 - x1)
    bar = stats.t.ppf((1 + confidence) / 2, drawn.counts[0] - 1) ** 2
    a = slope**2 - bar * (v1 + v2) / (x2 - x1) ** 2
    b = y1 * slope + bar * v1 / (x2 - x1)
    c = y1**2 - bar * v1
    root = math.sqrt(b * b - a * c)
    return sorted([x1 + (-b - root) / a, x1 + (-b + root) / a])


def test_on_a_straight_line_the_set_is_fiellers():
    """Launches of three points that agree, and of a fourth that scatters: its degrees of freedom are those of all."""
    still = [np.full(4, 3.0), np.full(4, 1.0), -1.0 + np.array([-0.1, 0.1, 0.05, -0.05]), np.full(4, -3.0)]
    found = crossing(Points(np.array([0.0, 2.0, 4.0, 6.0]), still), 1, 2)
    assert found.x == pytest.approx(3.0, abs=1e-6)
    # The weight of the third point is the cubic's, (x)(x - 2)(x - 6) / -16 instead of the line's (x - 2) / 2.
    error = math.sqrt(np.var(still[2], ddof=1) / 4) * stats.t.ppf(0.975, 3)

    def edge(side):
        return optimize.brentq(lambda x: 3.0 - x - side * error * x * (x - 2) * (x - 6) / -16, 2.5, 3.5)

    assert (found.low, found.high) == (pytest.approx(edge(1), abs=1e-3), pytest.approx(edge(-1), abs=1e-3))


def test_a_line_through_two_points_has_the_closed_forms_set():
    drawn = points([math.exp(0), math.exp(2)], [0.5, -0.5], launches=4, sd=0.05)
    ends = literal_fieller(Points(drawn.x, [drawn.launches[0], drawn.means[1] + np.zeros(4)]))
    alone = Points(drawn.x, [drawn.launches[0], drawn.means[1] + np.zeros(4)])
    fit = fit_line(alone, alone.counts)
    for end in ends:
        assert abs(fit.height(end)) == pytest.approx(half_width(fit.at(end), alone))


def literal_distance(drawn, x):
    """By how much the cubic through four points is farther from zero than noise and bend explain; Welch's degrees."""
    weights = np.array(literal_lagrange(list(drawn.x), x))
    parts = [weight**2 * np.var(each, ddof=1) / each.size for weight, each in zip(weights, drawn.launches, strict=True)]
    degrees = sum(parts) ** 2 / sum(part**2 / (each.size - 1) for part, each in zip(parts, drawn.launches, strict=True))
    half = stats.t.ppf(0.975, degrees) * math.sqrt(sum(parts))
    (x1, x2), (y1, y2) = drawn.x[1:3], drawn.means[1:3]
    height = float(weights @ drawn.means)
    return abs(height) - half - abs(height - (y1 + (y2 - y1) * (x - x1) / (x2 - x1)))


def test_the_set_where_all_points_scatter_agrees_with_a_literal_search():
    drawn = points([1, 10, 100, 1000], [0.9, 0.3, -0.25, -0.5], launches=[3, 5, 4, 6], sd=[0.02, 0.05, 0.03, 0.08])
    found = crossing(drawn, 1, 2)
    held = [x for x in np.linspace(drawn.x[1], drawn.x[2], 20_001) if literal_distance(drawn, x) <= 0]
    assert (found.low, found.high) == (pytest.approx(held[0], abs=2e-3), pytest.approx(held[-1], abs=2e-3))
    assert found.low < found.x < found.high


def drawn_around(ratio, step, sd, launches, seed):
    """Five values at a step, the change of order somewhere between the second and the third or fourth."""
    random = np.random.default_rng(seed)
    true = optimize.brentq(ratio, -5, 30)
    xs = [true + step * (place - 1 - random.uniform(0.1, 0.9)) for place in [0]]
    xs = [xs[0] + step * place for place in range(5)]
    return true, Points(np.array(xs), [random.normal(ratio(x), sd, launches) for x in xs])


def overhead(x):
    """A start-up that is paid by a third of the time a row."""
    return math.log((1 + math.exp(x - 10)) / (3 * math.exp(x - 10)))


SHAPES = {
    "straight": lambda x: -0.1 * (x - 10),
    "slightly bent": lambda x: -0.1 * (x - 10) - 0.004 * (x - 10) ** 2,
    "overhead": overhead,
}


@pytest.mark.parametrize("step", [DECADE, math.log(3)], ids=["decades", "threes"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_set_covers_what_it_says(shape, step):
    held, found = 0, 0
    for seed in range(250):
        true, given = drawn_around(SHAPES[shape], step, 0.02, 5, seed)
        place = crossing(given, 1, 2) if given.means[1] * given.means[2] < 0 else None
        if place is not None:
            found += 1
            held += place.low <= true <= place.high
    assert found > 200
    assert held / found >= 0.93


def test_a_straight_line_would_be_far_too_sure_of_an_overhead():
    """Why the set is not that of a line: with decades between values the bend is more than all noise."""
    held = 0
    for seed in range(100):
        true, given = drawn_around(overhead, DECADE, 0.02, 5, seed)
        two = given.part(1, 2)
        line = fit_line(two, two.counts)
        held += abs(line.height(true)) <= half_width(line.at(true), two)
    assert held < 50


def test_two_values_have_a_crossing_and_no_set():
    found = crossing(points([10, 1000], [0.5, -0.5], sd=0.001), 0, 1)
    assert found.x == pytest.approx(math.log(100), abs=0.01)
    assert found.low is None


def test_a_crossing_at_the_edge_has_one_neighbour():
    found = crossing(points([1, 10, 100], [0.5, -0.5, -1.5], sd=0.01), 0, 1)
    assert found.low < found.x < found.high
    assert found.x == pytest.approx(DECADE / 2, abs=0.05)


def test_too_few_launches_leave_the_set_out():
    found = crossing(points([1, 10, 100, 1000], [0.9, 0.3, -0.3, -0.9], launches=2), 1, 2)
    assert found.x == pytest.approx(1.5 * DECADE, abs=0.1)
    assert found.low is None


def test_no_crossing_is_found_where_there_is_none():
    assert crossing(points([1, 10, 100, 1000], [0.9, 0.6, 0.5, 0.9]), 1, 2) is None
