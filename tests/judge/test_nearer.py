"""Which end a mix is nearer to."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.judge.looks import one_look
from harness.judge.nearer import held_spread, launches_for, looks_so_far, nearer
from harness.nightly.bisect.lattice import Lattice
from harness.nightly.bisect.search import search
from harness.record.bisection import Side

SLOW = math.log(1.2)


def launches(rng, position, count, sd=0.03, ends=SLOW):
    """Log ratios of a mix and of the bad end over the same good end, whose noise they share."""
    good = rng.normal(0, sd, count)
    return position * ends + rng.normal(0, sd, count) - good, ends + rng.normal(0, sd, count) - good


def literally(mix, ends, error):
    """The same for one look and a slower bad end, by SciPy's t test against half-way."""
    tested = stats.ttest_1samp(mix - ends / 2, 0.0)
    if tested.pvalue > 2 * error:
        return Side.UNKNOWN
    return Side.BAD if tested.statistic > 0 else Side.GOOD


@pytest.mark.parametrize("position", [0.0, 0.4, 0.5, 1.0])
def test_it_agrees_with_a_t_test_against_half_way(position):
    rng = np.random.default_rng(1)
    for count in (3, 5, 12):
        for _ in range(50):
            mix, ends = launches(rng, position, count)
            told = nearer(mix, ends, one_look(count), 0.01, slower=True, last=False)
            assert told.side is literally(mix, ends, 0.01)


def test_the_interval_lies_around_the_position_in_units_of_the_ends():
    mix, ends = launches(np.random.default_rng(2), 1.0, 20)
    told = nearer(mix, ends, one_look(20), 0.025, slower=True, last=True)
    off = stats.ttest_1samp(mix - ends / 2, 0.0).confidence_interval(0.95)
    scale = np.mean(ends)
    assert told.position == pytest.approx(np.mean(mix) / scale)
    assert (told.low, told.high) == pytest.approx((0.5 + off.low / scale, 0.5 + off.high / scale))


def test_a_bad_end_that_is_faster_is_no_other_question():
    mix, ends = launches(np.random.default_rng(3), 1.0, 8)
    slower = nearer(mix, ends, one_look(8), 0.01, slower=True, last=True)
    assert nearer(-mix, -ends, one_look(8), 0.01, slower=False, last=True) == slower
    assert slower.side is Side.BAD


def test_half_of_the_difference_counts_as_bad_at_the_last_look_and_is_open_before():
    mix, ends = launches(np.random.default_rng(4), 0.5, 30, sd=0.01)
    told = [nearer(mix, ends, one_look(30), 0.001, slower=True, last=last).side for last in (False, True)]
    assert told == [Side.UNKNOWN, Side.BAD]


def test_two_launches_tell_nothing():
    assert nearer(np.ones(2), np.ones(2), one_look(3), 0.01, slower=True, last=True).side is Side.UNKNOWN


@pytest.mark.parametrize("position", [0.0, 1.0])
def test_over_three_looks_a_wrong_side_is_told_no_more_often_than_allowed(position):
    rng = np.random.default_rng(5)
    error, trials, wrong = 0.05, 3_000, 0
    for _ in range(trials):
        mix, ends = launches(rng, position, 16, sd=0.15)
        taken = []
        for count in (4, 8, 16):
            taken.append(count)
            told = nearer(
                mix[:count], ends[:count], looks_so_far(taken), error, slower=True, last=count == 16
            )  # fmt: skip
            if told.side is not Side.UNKNOWN:
                break
        wrong += told.side is (Side.GOOD if position else Side.BAD)
    assert wrong / trials < error + 2 * math.sqrt(error / trials)


def test_the_launches_foreseen_decide_most_mixes_at_the_first_look():
    rng = np.random.default_rng(6)
    error = 0.0035
    count = launches_for(SLOW / 2, 0.03 * math.sqrt(1.5), error)
    decided = 0
    for _ in range(500):
        mix, ends = launches(rng, 1.0, count)
        decided += nearer(mix, ends, looks_so_far([count]), error, slower=True, last=False).side is Side.BAD
    assert decided > 0.7 * 500


def test_noise_is_held_by_what_was_believed():
    assert held_spread(np.zeros(0), 0.02) == 0.02
    assert 0 < held_spread(np.zeros(3), 0.02) < 0.02
    assert held_spread(np.random.default_rng(7).normal(0, 0.1, 500), 0.02) == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize("size", [1, 2])
def test_a_whole_bisection_of_noisy_launches_errs_in_at_most_one_of_twenty(size):
    """As it is done: mixes of sixteen packages, three looks each, half-way as far off as some of the noise."""
    rng = np.random.default_rng(size)
    needs = {f"p{number:02}": frozenset() for number in range(16)}
    trials, wrong = 300, 0
    for _ in range(trials):
        planted = frozenset(rng.choice(sorted(needs), size, replace=False).tolist())

        def ask(wanted, _beside, purse, planted=planted):
            return {each: told(rng, float(planted <= each), purse.take()) for each in wanted}

        found = search(Lattice(needs), ask, 0.05)
        wrong += found.sure and found.culprits != planted
    assert wrong / trials < 0.05 + 2 * math.sqrt(0.05 * 0.95 / trials)


def told(rng, position, error):
    mix, ends = launches(rng, position, 24, sd=0.05)
    for number, count in enumerate((6, 12, 24)):
        taken = looks_so_far([6, 12, 24][: number + 1])
        side = nearer(mix[:count], ends[:count], taken, error, slower=True, last=count == 24).side
        if side is not Side.UNKNOWN:
            break
    return side
