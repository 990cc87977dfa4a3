"""Instructions of a call, launch by launch."""

import math
import statistics

import pytest

from harness.judge.instructions import instructions_of
from harness.record.schema import Case, Phase, Sample, Tolerance


def sample(launch, block, variant, instructions, calls=1, phase=Phase.MEASURED):
    return Sample(
        launch=launch,
        block=block,
        variant=variant,
        calls=calls,
        wall_s=1.0,
        cpu_s=1.0,
        phase=phase,
        instructions=instructions,
    )


def case(*samples):
    return Case(
        id="c",
        file="f",
        group=None,
        params={},
        baseline="a",
        baseline_stated=True,
        tolerance=Tolerance(rtol=0, atol=0),
        samples=list(samples),
    )


def two_ways(launches, blocks=3):
    """a executes a million a call, b half as many, both a little more in each launch and block."""
    return case(
        *(
            sample(launch, block, name, round(calls * base * (1 + launch / 1000 + block / 10_000)), calls)
            for launch in range(1, launches + 1)
            for block in range(blocks)
            for name, base, calls in (("a", 1e6, 1), ("b", 5e5, 4))
        )
    )


def test_nothing_counted_is_nothing_told():
    assert instructions_of(case(sample(1, 1, "a", None)), "a") is None
    assert instructions_of(case(sample(1, 1, "a", 10, phase=Phase.WARM_UP)), "a") is None


def test_a_call_has_the_median_of_its_launches_with_their_spread():
    found = instructions_of(two_ways(3), "b")
    launches = [5e5 * (1 + launch / 1000 + 1 / 10_000) for launch in (1, 2, 3)]
    assert found.per_call == pytest.approx(launches[1], rel=1e-5)
    assert found.spread == pytest.approx(statistics.stdev(launches) / statistics.mean(launches), rel=1e-3)


def test_the_ratio_is_that_of_the_launches_with_an_interval_from_three_on():
    found = instructions_of(two_ways(3), "b")
    assert found.ratio == pytest.approx(0.5, rel=1e-5)
    assert found.interval.low <= found.ratio <= found.interval.high
    two = instructions_of(two_ways(2), "b")
    assert two.ratio == pytest.approx(0.5, rel=1e-5)
    assert two.interval is None


def test_the_baseline_has_no_ratio_and_one_launch_no_spread():
    found = instructions_of(two_ways(1), "a")
    assert (found.ratio, found.interval, found.spread) == (None, None, None)
    assert math.isfinite(found.per_call)


def test_blocks_in_which_only_one_of_them_was_counted_are_no_pair():
    found = instructions_of(case(sample(1, 1, "a", None), sample(1, 1, "b", 10)), "b")
    assert found.per_call == 10
    assert found.ratio is None
