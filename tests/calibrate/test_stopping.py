"""Many runs at once, against one run at a time as the judge has it."""

import numpy as np
import pytest

from harness.calibrate.stopping import stopped
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
