"""Many runs at once, against one run at a time as the judge has it."""

import numpy as np
import pytest

from harness.calibrate.stopping import critical, plan, stopped
from harness.judge import Looks
from harness.judge.launches import launch_interval
from harness.judge.looks import enough, interval_after, looked, looks


def literally(log_ratios, precision):
    """One run: (launches, low, high, different)."""
    most = log_ratios.size
    taken = []
    for number in looks(most):
        taken.append(number)
        so_far = log_ratios[:number]
        seen = looked(number, taken, most)
        if number == most or enough(so_far, seen, precision):
            break
    interval = interval_after(so_far, seen)
    agree = np.all(so_far > 0) or np.all(so_far < 0)
    different = not interval.low <= 1 <= interval.high and (number > 5 or agree)
    return number, np.log(interval.low), np.log(interval.high), different


@pytest.mark.parametrize("launches", [3, 4, 5, 6, 9, 17, 60])
@pytest.mark.parametrize("change", [0.0, 0.04, 0.7])
def test_rows_of_runs_end_as_the_judge_ends_each(launches, change):
    chance = np.random.default_rng([launches, round(100 * change)])
    log_ratios = 0.03 * chance.standard_normal((40, launches))
    ended = stopped(log_ratios, 0.02, change)
    for row, each in enumerate(log_ratios):
        number, low, high, different = literally(each + change, 0.02)
        assert ended.launches[row] == number
        assert ended.low[row] == pytest.approx(low)
        assert ended.high[row] == pytest.approx(high)
        assert ended.different[row] == different


def test_a_plan_of_three_launches_has_the_interval_of_a_fixed_plan():
    log_ratios = np.array([[0.01, 0.03, -0.02]])
    ended = stopped(log_ratios, 0.02)
    fixed = launch_interval(log_ratios[0])
    assert np.exp([ended.low[0], ended.high[0]]) == pytest.approx([fixed.low, fixed.high])


@pytest.mark.parametrize("launches", [3, 5, 12, 40])
def test_the_critical_change_is_where_a_run_begins_to_be_called_slower(launches):
    chance = np.random.default_rng(launches)
    log_ratios = 0.03 * chance.standard_normal(launches)
    change = np.log1p(critical(log_ratios, plan(launches)[-1], 0.02))
    seen = [literally(log_ratios + change + each, 0.02) for each in (-0.001, 0.001, 0.1)]
    assert [bool(different and low > 0) for _, low, _, different in seen] == [False, True, True]


def test_a_run_that_is_called_slower_as_it_is_has_a_negative_critical_change():
    assert critical(np.full(6, 0.2) + np.arange(6) / 1e3, Looks(launches=(6,), spent=(1.0,)), 0.02) < 0


def test_a_run_that_would_see_nothing_has_no_critical_change():
    assert critical(np.array([0.0, 0.1]), Looks(launches=(2,), spent=(1.0,)), 0.02) is None
    assert critical(np.array([-5.0, 9.0, 0.0]), Looks(launches=(3,), spent=(1.0,)), 0.02) is None
