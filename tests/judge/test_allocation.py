"""How the time of a run is shared between its cases."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judge.allocation import Claim, allocation


def claim(spread=1.0, cost_s=1.0, launches=0, fewest=3, wanted=60, weight=1.0):
    return Claim(launches=launches, fewest=fewest, wanted=wanted, cost_s=cost_s, spread=spread, weight=weight)


def time_s(claims, counts):
    return sum((count - each.launches) * each.cost_s for each, count in zip(claims, counts, strict=True))


def variance(claims, counts):
    return sum(each.weight * each.spread**2 / count for each, count in zip(claims, counts, strict=True))


def best(claims, left_s):
    """The literal version: of all ways to share the time, that of the smallest sum."""
    ways = itertools.product(*(range(each.fewest, each.wanted + 1) for each in claims))
    return min((way for way in ways if time_s(claims, way) <= left_s + 1e-9), key=lambda way: variance(claims, way))


small = st.lists(
    st.builds(
        claim,
        spread=st.floats(0.1, 10),
        wanted=st.integers(3, 9),
        weight=st.floats(0.1, 4),
    ),
    min_size=1,
    max_size=4,
)


@given(small, st.integers(0, 30))
def test_with_equal_costs_no_other_way_to_share_is_better(claims, more):
    left_s = 3 * len(claims) + more
    assert variance(claims, allocation(claims, left_s)) == pytest.approx(variance(claims, best(claims, left_s)))


@given(small, st.lists(st.floats(0.5, 3), min_size=4, max_size=4), st.integers(0, 30))
def test_with_unequal_costs_it_is_as_good_as_the_best_with_one_launch_less_of_time(claims, costs_s, more):
    claims = [
        claim(each.spread, cost_s, wanted=each.wanted, weight=each.weight)
        for each, cost_s in zip(claims, costs_s, strict=False)
    ]
    fewest_s = sum(3 * each.cost_s for each in claims)
    left_s = fewest_s + more + 1e-6
    given_out = allocation(claims, left_s)
    assert time_s(claims, given_out) <= left_s + 1e-9
    held_back_s = max(fewest_s, left_s - max(each.cost_s for each in claims))
    assert variance(claims, given_out) <= variance(claims, best(claims, held_back_s)) * (1 + 1e-9)


def test_with_plenty_of_launches_they_are_as_neyman_says():
    claims = [
        claim(2.0, 1.0, wanted=10**6),
        claim(1.0, 4.0, wanted=10**6),
        claim(1.0, 1.0, wanted=10**6, weight=9.0),
    ]
    shares = [each.spread * math.sqrt(each.weight / each.cost_s) for each in claims]
    found = np.array(allocation(claims, 5_000.0))
    assert found / found.sum() == pytest.approx(np.array(shares) / sum(shares), rel=0.01)


def test_none_gets_more_than_it_wants_and_the_time_goes_to_the_others():
    assert allocation([claim(5.0, wanted=4), claim(1.0)], 20.0) == [4, 16]
    assert allocation([claim(5.0, wanted=4), claim(1.0, wanted=5)], 100.0) == [4, 5]


def test_every_case_gets_its_fewest_before_any_gets_more():
    assert allocation([claim(100.0), claim(0.01)], 6.0) == [3, 3]
    assert allocation([claim(100.0), claim(0.01)], 5.0) == [3, 2]
    assert allocation([claim(1.0, launches=2), claim(1.0)], 2.0) == [2, 2]


def test_a_dear_case_does_not_keep_a_cheap_one_from_what_is_left():
    assert allocation([claim(9.0, cost_s=10.0, launches=3), claim(1.0, launches=3)], 5.0) == [3, 8]


def test_launches_that_are_done_count():
    assert allocation([claim(1.0, launches=10), claim(1.0, launches=4)], 6.0) == [10, 10]


@pytest.mark.parametrize("left_s", [-1.0, 0.0])
def test_without_time_all_keep_what_they_have(left_s):
    assert allocation([claim(launches=2), claim(launches=7)], left_s) == [2, 7]
    assert allocation([], left_s) == []


def test_what_costs_nothing_or_spreads_nothing_is_no_trouble():
    assert allocation([claim(cost_s=0.0, wanted=8)], 0.0) == [8]
    assert allocation([claim(0.0, wanted=8), claim(1.0, wanted=8)], 11.0) == [3, 8]
