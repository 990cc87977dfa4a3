"""From which value on one variant takes less time than another."""

import math

import numpy as np
import pytest

from harness.judge.curves.order import Pair, known_signs, order_of, ratio_after
from harness.judge.looks import Looks, one_look

from .making import SIZES


def pair(log_ratios, launches=4, sd=0.01, seed=0, values=SIZES):
    random = np.random.default_rng(seed)
    counts = np.broadcast_to(launches, len(values))
    drawn = [random.normal(mean, sd, count) for mean, count in zip(log_ratios, counts, strict=True)]
    return paired(values, drawn)


def paired(values, drawn, first="naive", second="fast"):
    """A pair that was looked at once, at its end."""
    return Pair(first, second, [float(value) for value in values], drawn, [one_look(each.size) for each in drawn])


def straight(at, slope=-0.2):
    """Ratios on a line of logarithms that is 1 at a value."""
    return [slope * (math.log(size) - math.log(at)) for size in SIZES]


def test_a_break_even_is_named_with_its_bracket_its_estimate_and_fiellers_set():
    (crossing,) = order_of(pair(straight(30_000))).crossings
    assert (crossing.below, crossing.above, crossing.faster) == (10_000, 100_000, "fast")
    assert crossing.estimate.value == pytest.approx(30_000, rel=0.1)
    assert 10_000 < crossing.estimate.interval.low < crossing.estimate.value < crossing.estimate.interval.high < 100_000


def test_the_order_at_each_value_is_told():
    order = order_of(pair(straight(30_000)))
    assert [point.faster for point in order.points] == ["naive", "naive", "naive", "fast", "fast"]
    assert order.points[0].ratio.value == pytest.approx(math.exp(straight(30_000)[0]), rel=0.02)


def test_every_change_of_sign_is_told():
    crossings = order_of(pair([0.5, -0.5, 0.5, 0.4, -0.4])).crossings
    assert [(each.below, each.above, each.faster) for each in crossings] == [
        (100, 1_000, "fast"),
        (1_000, 10_000, "naive"),
        (100_000, 1_000_000, "fast"),
    ]


def test_values_at_which_the_order_is_not_known_lie_inside_the_bracket():
    (crossing,) = order_of(pair([0.4, 0.2, 0.0, -0.2, -0.4], sd=0.02)).crossings
    assert (crossing.below, crossing.above) == (1_000, 100_000)
    assert crossing.unknown == [10_000]


def test_without_a_change_there_is_none():
    order = order_of(pair([0.5, 0.4, 0.3, 0.2, 0.1]))
    assert order.crossings == []
    assert {point.faster for point in order.points} == {"naive"}


def test_no_crossing_is_told_beyond_what_was_measured():
    """The line through these would be 1 at some seven million."""
    assert order_of(pair(straight(7_000_000))).crossings == []
    assert order_of(pair(straight(20))).crossings == []


def test_ratios_on_either_side_of_one_that_noise_may_have_put_there_are_no_change():
    order = order_of(pair([0.3, 0.2, 0.1, 0.01, -0.01], sd=0.03, seed=1))
    assert order.crossings == []
    assert [point.faster for point in order.points[-2:]] == [None, None]


def test_ratios_that_hover_around_one_have_no_confirmed_change():
    wrong = sum(bool(order_of(pair([0.0] * 5, launches=4, sd=0.05, seed=seed)).crossings) for seed in range(400))
    assert wrong <= 4


def test_in_few_pairs_any_order_is_wrong():
    values = [*SIZES, 1e7]
    drawn = [pair([0.0] * 6, 8, 0.05, seed, values) for seed in range(500)]
    wrong = sum(any(known_signs(each.log_ratios, each.looks)) for each in drawn)
    assert wrong / 500 <= 0.07


def test_two_launches_know_no_order():
    order = order_of(pair([0.5, 0.4, -0.4, -0.5, -0.6], launches=2))
    assert {point.faster for point in order.points} == {None}
    assert order.crossings == []


def test_few_launches_that_disagree_know_no_order():
    assert known_signs([np.array([-0.001, 0.5, 0.5, 0.5])], [one_look(4)]) == [0]


def test_a_single_common_value_has_an_order_and_no_crossing():
    order = order_of(paired([10], [np.array([0.1, 0.11, 0.1])], "a", "b"))
    assert [point.faster for point in order.points] == ["a"]
    assert order.crossings == []


def test_launches_that_agree_to_the_last_digit_are_no_fault():
    order = order_of(paired([10, 100, 1000], [np.full(3, 0.5), np.zeros(3), np.full(3, -0.5)]))
    (crossing,) = order.crossings
    assert crossing.estimate.value == pytest.approx(100)
    assert crossing.estimate.interval.low == pytest.approx(100)


def test_a_value_that_was_looked_at_on_the_way_is_known_less_surely():
    drawn = [np.array([0.05, 0.01, 0.04, 0.06]), np.array([0.5, 0.51, 0.5, 0.5])]
    looked_at = Looks(launches=(3, 4), spent=(0.3, 0.6))
    assert known_signs(drawn, [one_look(4), one_look(4)]) == [1, 1]
    assert known_signs(drawn, [looked_at, looked_at]) == [0, 1]
    once = ratio_after(drawn[0], one_look(4))
    twice = ratio_after(drawn[0], looked_at)
    assert twice.value == once.value
    assert twice.interval.low < once.interval.low
