"""The middle of noisy values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judge import location
from harness.judge.location import hodges_lehmann

numbers = st.floats(-1e6, 1e6, allow_nan=False)


def literal(values):
    return np.median([(values[i] + values[j]) / 2 for i in range(len(values)) for j in range(i, len(values))])


@given(st.lists(numbers, min_size=1, max_size=40))
def test_it_is_the_median_of_the_walsh_averages(values):
    assert hodges_lehmann(np.array(values)) == pytest.approx(literal(values), rel=1e-12, abs=1e-12)


@given(st.lists(numbers | st.integers(-3, 3).map(float), min_size=1, max_size=40))
def test_the_path_for_many_values_gives_the_same(values):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(location, "LISTED", 0)
        assert hodges_lehmann(np.array(values)) == pytest.approx(literal(values), rel=1e-9, abs=1e-9)


def test_many_values_take_no_memory_of_their_square():
    values = np.random.default_rng(1).normal(3, 1, 50_000)
    assert hodges_lehmann(values) == pytest.approx(3, abs=0.02)


def test_a_quarter_of_wild_values_does_not_carry_it_away():
    values = np.concatenate([np.linspace(-1, 1, 75), np.full(25, 1e9)])
    assert abs(hodges_lehmann(values)) < 2


def test_no_values_have_no_location():
    with pytest.raises(ValueError, match="at least one"):
        hodges_lehmann(np.array([]))
