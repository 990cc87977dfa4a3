"""What launches could have shown."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.judge.power import noncentrality, smallest_seen


@pytest.mark.parametrize("launches", [3, 5, 10])
@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_the_smallest_change_is_seen_in_80_percent_of_simulated_runs(launches, confidence):
    random = np.random.default_rng(launches)
    shift = noncentrality(launches - 1, confidence) / math.sqrt(launches)
    runs = random.normal(shift, 1, (40_000, launches))
    seen = np.mean(stats.ttest_1samp(runs, 0, axis=1).pvalue < 1 - confidence)
    assert seen == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("degrees", [2, 4, 9, 30])
def test_it_is_the_noncentral_t_distribution(degrees):
    critical = stats.t.isf(0.025, degrees)
    assert stats.nct.sf(critical, degrees, noncentrality(degrees, 0.95)) == pytest.approx(0.8, abs=1e-3)


def test_it_grows_with_the_noise_and_falls_with_the_launches():
    quiet, noisy = np.array([-0.01, 0.0, 0.01]), np.array([-0.05, 0.0, 0.05])
    assert smallest_seen(quiet) < smallest_seen(noisy)
    assert smallest_seen(np.tile(noisy, 4)) < smallest_seen(noisy)
    assert smallest_seen(noisy, confidence=0.99) > smallest_seen(noisy)


def test_two_launches_could_have_shown_nothing():
    assert smallest_seen(np.array([0.0, 0.1])) is None


def test_a_comparison_among_hundreds_still_has_a_number():
    assert smallest_seen(np.array([-0.01, 0.0, 0.01]), confidence=1 - 0.05 / 500) > 0.1
