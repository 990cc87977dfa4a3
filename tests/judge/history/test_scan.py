import math
import statistics

import numpy as np
import pytest
from scipy import stats

from harness.judge.history.scan import (
    BOUND,
    EFFICIENCY,
    FEWEST_PAST,
    NEAR_PAST,
    PAST,
    SHARES,
    alarms,
)
from harness.judge.history.window import LEAST_SPREAD
from tests.judge.history.making import noise
from tests.judge.history.test_window import slow as slow_level

ERROR = 5e-5


def told(values, launch=None, link=None, error=ERROR):
    nothing = np.full(values.size, np.nan)
    return alarms(
        values,
        nothing if launch is None else launch,
        np.zeros(values.size) if link is None else link,
        np.full(values.size, error),
    )


def slow(values, error):
    """The night that first tells, and its p value: night for night, with no arrays."""
    for seen in range(len(values)):
        best = None
        for length, portion in SHARES.items():
            base = seen - length
            if base + 1 < FEWEST_PAST:
                continue
            level, variance, count = slow_level(list(values[max(0, base + 1 - PAST) : base + 1]))
            near = slow_level(list(values[max(0, base + 1 - NEAR_PAST) : base + 1]))[1]
            spread = math.sqrt(max(variance, near, LEAST_SPREAD**2))
            off = [(value - level) / spread for value in values[base + 1 : seen + 1]]
            degrees = max(EFFICIENCY * count - 1, 1)
            share = 1 + length / count
            enough = stats.t.isf(error * portion / 2, degrees) * math.sqrt(share)
            bound = enough / math.sqrt(BOUND)
            middle = min(statistics.median_low(off), statistics.median_high(off), key=abs)
            near_middle = [each for each in off if abs(each - middle) <= bound]
            new = sum(near_middle) / len(near_middle)
            gain = sum(min(each**2, bound**2) - min((each - new) ** 2, bound**2) for each in off)
            p_value = 2 * stats.t.sf(math.sqrt(max(gain, 0) / share), degrees) / portion
            if p_value <= error and (best is None or p_value < best):
                best = p_value
        if best is not None:
            return seen, best
    return None


@pytest.mark.parametrize("seed", range(12))
def test_the_first_alarm_is_that_of_the_slow_version(seed):
    chance = np.random.default_rng(seed)
    values = noise(seed, 75) + (chance.random(75) < 0.05) * 0.26
    values[40:] += [0.0, 0.02, -0.05, 0.1][seed % 4]
    found = told(values, error=2e-3)
    expected = slow(values, 2e-3)
    if expected is None:
        assert found == []
        return
    assert found[0].seen == expected[0]
    assert found[0].p_value == pytest.approx(expected[1])


@pytest.mark.parametrize("seed", range(6))
def test_what_is_told_of_a_night_doesn_t_change_when_others_follow(seed):
    values = noise(seed, 160)
    values[50:] += 0.06
    values[110:] -= 0.09
    whole = told(values)
    assert len(whole) >= 2
    for size in (52, 53, 54, 80, 112, 114, 130):
        assert told(values[:size]) == [alarm for alarm in whole if alarm.seen < size]


def test_a_step_of_five_per_cent_is_told_within_three_nights_at_a_night_sd_of_one_per_cent():
    found = 0
    for seed in range(120):
        values = noise(seed, 53)
        values[50:] += math.log(1.05)
        found += any(abs(alarm.at - 50) <= 2 for alarm in told(values))
    assert found >= 0.8 * 120


@pytest.mark.parametrize("kind", ["normal", "heavy", "spikes"])
def test_a_flat_series_of_a_hundred_nights_is_left_alone(kind):
    chance = np.random.default_rng(7)
    flagged = 0
    for _ in range(250):
        values = 0.01 * (chance.standard_t(3, 100) / math.sqrt(3) if kind == "heavy" else chance.normal(0, 1, 100))
        values += (kind == "spikes") * (chance.random(100) < 0.03) * math.log(1.3)
        flagged += bool(told(values))
    # Were it 1 %, more than 7 would come less than once in a hundred times.
    assert flagged <= 7


def test_two_nights_in_a_row_that_stand_out_are_no_step():
    values = noise(1, 60)
    values[40:42] += 5.0
    assert told(values) == []


def test_nights_of_launches_that_scatter_count_for_less():
    values = noise(3, 60, 0.005)
    values[50:] += 0.03
    quiet = np.full(60, 0.003**2)
    loud = quiet.copy()
    loud[50:] *= 16
    assert told(values, launch=quiet)
    assert not told(values[:54], launch=loud[:54])


def test_a_step_where_the_anchor_changes_is_told_only_if_its_link_doesn_t_explain_it():
    values = noise(4, 80, 0.005)
    values[60:] += 0.03
    link = np.zeros(80)
    assert told(values, link=link)
    link[60:] = 0.02**2
    assert not told(values, link=link)


def test_steps_follow_each_other_up_and_down():
    values = noise(5, 200, 0.005)
    values[60:90] += 0.08
    found = told(values)
    assert [abs(alarm.at - at) <= 1 for alarm, at in zip(found, [60, 90], strict=True)] == [True, True]


@pytest.mark.parametrize("values", [[], [0.0], [0.1, 0.2], [0.0] * 40, [1e-9 * place for place in range(40)]])
def test_what_has_no_change_tells_of_none(values):
    assert told(np.array(values, dtype=np.float64)) == []


def test_values_that_are_all_the_same_tell_of_the_smallest_change_that_is_one():
    values = np.zeros(40)
    values[30:] = 0.02
    assert [(alarm.at, alarm.seen) for alarm in told(values)] == [(30, 32)]
