"""From samples to ratios."""

import math

import numpy as np
import pytest

from harness.judge.blocks import block_log_ratios, call_cpu_times, call_times, paired_times
from harness.record.schema import Phase

from .making import a_sample


def literal(samples, variant, baseline):
    found = {}
    for one in samples:
        for other in samples:
            same_block = (one.launch, one.block) == (other.launch, other.block)
            measured = one.phase == other.phase == Phase.MEASURED
            if one.variant == variant and other.variant == baseline and same_block and measured:
                ratio = math.log((one.wall_s / one.calls) / (other.wall_s / other.calls))
                found.setdefault(one.launch, []).append((one.block, ratio))
    return {launch: [ratio for _, ratio in sorted(found[launch])] for launch in sorted(found)}


def test_ratios_agree_with_the_literal_version_on_shuffled_samples_with_gaps():
    random = np.random.default_rng(3)
    samples = [
        a_sample(name, float(random.uniform(1, 2)), launch, block, calls=int(random.integers(1, 4)), phase=phase)
        for launch in range(4)
        for block in range(6)
        for name in ("naive", "shared", "other")
        if (phase := random.choice([Phase.MEASURED, Phase.MEASURED, Phase.WARM_UP, Phase.BROKEN]))
        and random.uniform() < 0.8
    ]
    random.shuffle(samples)
    ratios = block_log_ratios(samples, "shared", "naive")
    expected = literal(samples, "shared", "naive")
    assert list(ratios) == list(expected)
    for launch, values in expected.items():
        np.testing.assert_allclose(ratios[launch], values)


@pytest.mark.parametrize("phase", [Phase.WARM_UP, Phase.PILOT, Phase.BROKEN, Phase.VOID])
def test_only_measured_turns_count(phase):
    samples = [a_sample("naive", 1.0), a_sample("shared", 0.5, phase=phase)]
    assert block_log_ratios(samples, "shared", "naive") == {}
    assert call_times(samples, "shared") == {}


def test_a_block_without_the_baseline_has_no_ratio():
    samples = [a_sample("naive", 1.0, block=0), a_sample("shared", 0.5, block=0), a_sample("shared", 0.1, block=1)]
    assert block_log_ratios(samples, "shared", "naive")[0] == pytest.approx([math.log(0.5)])
    assert call_times(samples, "shared")[0] == pytest.approx([0.5, 0.1])


def test_a_turn_without_a_positive_time_is_left_out():
    samples = [a_sample("naive", 1.0), a_sample("shared", 0.0)]
    assert paired_times(samples, "shared", "naive") == {}


def test_times_are_of_one_call():
    sample = a_sample("naive", 1.0, calls=4, cpu_s=2.0)
    assert call_times([sample], "naive")[0] == pytest.approx([0.25])
    assert call_cpu_times([sample], "naive")[0] == pytest.approx([0.5])
