"""What a few launches say."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.judge.launches import (
    TooFewLaunches,
    half_width,
    launch_estimates,
    launch_interval,
    p_value,
    signed_rank_p,
)

RATIOS = np.log([0.9, 0.95, 0.92, 1.01, 0.97])
# Two-sided 95 % points of Student's t, from any printed table.
PRINTED = {2: 4.303, 3: 3.182, 4: 2.776, 9: 2.262, 19: 2.093}


@pytest.mark.parametrize("launches", [3, 4, 5, 10, 20])
def test_the_interval_agrees_with_the_literal_version(launches):
    values = [float(value) for value in np.random.default_rng(launches).normal(0.1, 0.02, launches)]
    mean = sum(values) / launches
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / (launches - 1))
    half = PRINTED[launches - 1] * deviation / math.sqrt(launches)
    interval = launch_interval(np.array(values))
    assert interval.low == pytest.approx(math.exp(mean - half), rel=1e-4)
    assert interval.high == pytest.approx(math.exp(mean + half), rel=1e-4)
    assert interval.confidence == 0.95


@pytest.mark.parametrize("launches", [3, 5, 10, 20])
@pytest.mark.parametrize("shape", ["normal", "heavy-tailed"])
def test_the_interval_covers_what_it_says(launches, shape):
    random = np.random.default_rng(launches)
    size = (8_000, launches)
    effects = random.normal(0, 0.03, size) if shape == "normal" else 0.02 * random.standard_t(4, size)
    means, errors = effects.mean(axis=1), effects.std(axis=1, ddof=1) / math.sqrt(launches)
    first = half_width(effects[0])
    assert first == pytest.approx(stats.t.ppf(0.975, launches - 1) * errors[0])
    covered = np.mean([abs(mean) <= half_width(row) for mean, row in zip(means[:2_000], effects[:2_000], strict=True)])
    assert covered == pytest.approx(np.mean(np.abs(means[:2_000]) <= first / errors[0] * errors[:2_000]))
    assert 0.94 <= np.mean(np.abs(means) <= first / errors[0] * errors) <= 0.97


def test_p_is_that_of_the_one_sample_t_test():
    assert p_value(RATIOS) == pytest.approx(stats.ttest_1samp(RATIOS, 0).pvalue)


def test_an_interval_excludes_1_exactly_when_p_is_below():
    for seed in range(300):
        values = np.random.default_rng(seed).normal(0.02, 0.02, 4)
        interval = launch_interval(values, 0.95)
        assert (not interval.low <= 1 <= interval.high) == (p_value(values) < 0.05)


@pytest.mark.parametrize("launches", [0, 1, 2])
def test_fewer_than_three_launches_carry_no_interval(launches):
    with pytest.raises(TooFewLaunches, match="needs 3"):
        launch_interval(np.zeros(launches))
    with pytest.raises(TooFewLaunches):
        p_value(np.zeros(launches))


def test_launches_that_agree_to_the_last_digit_leave_no_doubt():
    assert p_value(np.zeros(4)) == 1
    assert p_value(np.full(4, math.log(2))) == 0
    assert launch_interval(np.zeros(4)).low == launch_interval(np.zeros(4)).high == 1


def test_signed_rank_speaks_from_six_launches_on():
    assert signed_rank_p(RATIOS) is None
    values = np.array([0.01, 0.02, 0.03, 0.04, 0.05, -0.06])
    # Literally: of all 64 ways to sign the ranks 1..6, the share whose smaller sum is at most the observed 6.
    sums = [sum(rank for rank in range(1, 7) if signs >> (rank - 1) & 1) for signs in range(64)]
    expected = sum(min(each, 21 - each) <= 6 for each in sums) / 64
    assert signed_rank_p(values) == pytest.approx(expected)
    assert signed_rank_p(np.zeros(6)) == 1


def test_blocks_are_never_pooled():
    estimates = launch_estimates({0: np.array([0.0, 0.1, 0.2]), 1: np.full(1_000, 0.5)})
    assert estimates == pytest.approx([0.1, 0.5])
    assert launch_estimates({}).size == 0


def test_identical_code_is_called_different_in_five_percent_of_runs():
    random = np.random.default_rng(11)
    called = 0
    for _ in range(1_000):
        blocks = {launch: random.normal(random.normal(0, 0.025), 0.01, 8) for launch in range(4)}
        called += p_value(launch_estimates(blocks)) < 0.05
    assert 0.03 <= called / 1_000 <= 0.07
