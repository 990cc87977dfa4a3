import math

import numpy as np
import pytest

from harness.judge.history.power import smallest_within
from tests.judge.history.making import noise
from tests.judge.history.test_scan import ERROR, told


@pytest.mark.parametrize(("nights", "night_sd"), [(3, 0.01), (7, 0.02)])
def test_the_smallest_step_is_seen_in_about_eighty_of_a_hundred(nights, night_sd):
    step = smallest_within(nights, night_sd**2, 50, ERROR)
    seen = 0
    for seed in range(200):
        values = noise(seed, 50 + nights, night_sd)
        values[50:] += math.log1p(step)
        seen += any(abs(alarm.at - 50) <= 3 for alarm in told(values))
    assert 0.72 <= seen / 200 <= 0.93


def test_it_is_larger_with_more_scatter_less_past_and_a_smaller_error():
    usual = smallest_within(3, 1e-4, 40, 1e-5)
    assert smallest_within(3, 4e-4, 40, 1e-5) > usual
    assert smallest_within(3, 1e-4, 10, 1e-5) > usual
    assert smallest_within(3, 1e-4, 40, 1e-6) > usual
    assert smallest_within(7, 1e-4, 40, 1e-5) < usual


def test_of_a_few_nights_nothing_is_known():
    assert smallest_within(3, 1e-4, 3, 1e-5) is None


def test_it_is_the_same_each_time():
    assert np.ptp([smallest_within(3, 1e-4, 33, 1e-5) for _ in range(3)]) == 0
