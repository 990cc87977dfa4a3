import math

import numpy as np
import pytest

from harness.judge.history.scan import Alarm
from harness.judge.history.steps import segments_of
from tests.judge.history.making import noise
from tests.judge.history.test_scan import told


def segments(values, found=None):
    return segments_of(values, np.zeros(values.size), told(values) if found is None else found)


def test_a_step_has_its_place_and_its_size():
    values = noise(1, 120, 0.005)
    values[70:] += math.log(1.06)
    (step,) = segments(values).steps
    assert step.at == 70
    assert step.interval.low <= 1.06 <= step.interval.high
    assert not step.open
    levels = np.exp(segments(values).levels)
    assert levels[0] == pytest.approx(1.0, abs=0.003)
    assert levels[-1] == pytest.approx(1.06, abs=0.003)


def test_the_interval_of_a_step_holds_the_truth_in_95_of_100():
    held = trials = 0
    for seed in range(200):
        values = noise(seed, 90)
        values[50:] += math.log(1.08)
        for step in segments(values).steps:
            if abs(step.at - 50) <= 2:
                trials += 1
                held += step.interval.low <= 1.08 <= step.interval.high
    assert trials >= 195
    assert 0.91 <= held / trials <= 0.98


def test_a_step_of_the_newest_nights_is_open_until_seven_have_come():
    values = noise(2, 60, 0.004)
    values[50:] += 0.05
    assert [step.open for step in segments(values[:53]).steps] == [True]
    assert [step.open for step in segments(values[:58]).steps] == [False]


def test_a_step_that_later_nights_don_t_bear_out_is_taken_back():
    values = noise(3, 100)
    invented = [Alarm(at=60, seen=63, p_value=1e-6)]
    assert segments(values, invented).steps == []
    real = values + np.where(np.arange(100) >= 60, 0.05, 0)
    assert len(segments(real, invented).steps) == 1


def test_a_step_begins_where_the_levels_around_it_say():
    values = noise(4, 100, 0.004)
    values[60:] += 0.05
    (step,) = segments(values, [Alarm(at=64, seen=66, p_value=1e-6)]).steps
    assert step.at == 60


def test_a_link_between_two_sides_widens_the_interval():
    values = noise(5, 100, 0.004)
    values[60:] += 0.05
    link = np.where(np.arange(100) >= 60, 0.01**2, 0.0)
    found = told(values)
    (plain,), (linked,) = (segments_of(values, each, found).steps for each in (np.zeros(100), link))
    assert linked.interval.low < plain.interval.low < plain.interval.high < linked.interval.high


@pytest.mark.parametrize("size", [0, 1, 2])
def test_the_shortest_series_have_no_steps(size):
    assert segments(np.zeros(size)).steps == []
