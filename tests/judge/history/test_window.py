import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judge.history.level import level_of
from harness.judge.history.window import LEAST_SPREAD, medians, windows


def slow(values):
    """Mean and variance of those within three deviations of the median, as the books say it."""
    middle = statistics.median(values)
    count = len(values)
    spread = 1.4826 * statistics.median([abs(value - middle) for value in values]) * count / max(count - 0.8, 0.2)
    kept = [value for value in values if abs(value - middle) <= 3 * max(spread, LEAST_SPREAD)]
    mean = sum(kept) / len(kept)
    variance = sum((value - mean) ** 2 for value in kept) / max(len(kept) - 1, 1) / 0.97334
    return mean, variance, len(kept)


logarithms = st.lists(st.floats(-1, 1).map(lambda value: round(value, 6)), min_size=1, max_size=25)


@given(logarithms, st.integers(1, 12))
def test_each_window_says_what_its_values_say(values, length):
    found = windows(np.array(values), length)
    for place in range(len(values)):
        mean, variance, count = slow(values[max(0, place + 1 - length) : place + 1])
        assert found.level[place] == pytest.approx(mean, abs=1e-12)
        assert found.variance[place] == pytest.approx(variance, abs=1e-12)
        assert found.count[place] == count


@given(logarithms)
def test_a_level_is_the_window_of_all(values):
    level = level_of(np.array(values))
    mean, variance, count = slow(values)
    assert (level.mean, level.count) == (pytest.approx(mean, abs=1e-12), count)
    assert level.variance == pytest.approx(variance if count > 1 else 0.0, abs=1e-12)


@given(logarithms, st.integers(1, 12))
def test_running_medians_are_medians(values, length):
    found = medians(np.array(values), length)
    assert found == pytest.approx(
        [statistics.median(values[max(0, place + 1 - length) : place + 1]) for place in range(len(values))]
    )


def test_the_variance_of_normal_values_is_right_and_three_spikes_in_a_hundred_leave_it_alone():
    chance = np.random.default_rng(1)
    values = chance.normal(0, 0.01, (2000, 60))
    spiked = values + (chance.random(values.shape) < 0.03) * 0.26
    for rows in (values, spiked):
        assert np.mean([level_of(row).variance for row in rows]) == pytest.approx(1e-4, rel=0.06)


def test_a_variance_that_is_known_keeps_two_values_that_happen_to_be_close_from_casting_out_the_third():
    values = np.array([0.0, 0.0001, 0.02])
    assert level_of(values).count == 2
    assert level_of(values, known=0.01**2).count == 3
