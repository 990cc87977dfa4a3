"""Noise pooled over runs, and the floor that it sets."""

import functools
import math
import statistics

import msgspec
import numpy as np
import pytest

from harness.judge.launches import launch_interval
from harness.judge.location import hodges_lehmann, location_variance
from harness.judge.power import smallest_seen
from harness.judge.precision import PRIOR_WITHIN_SD
from harness.judge.variances import floor, of_case, pooled, prior_variances, seen_variances
from harness.record.variances import RunVariances

from .making import a_case, a_variant, noisy_samples

RATIOS = {"naive": 1.0, "shared": 0.5, "shared (twin)": 0.5}


def measured(seed=0, launches=6, blocks=8, ratios=RATIOS, **fields):
    samples = noisy_samples(ratios, launches, blocks, launch_sd=0.03, block_sd=0.02, seed=seed)
    twins = {"shared (twin)": "shared"}
    return a_case([a_variant(name, twin_of=twins.get(name)) for name in ratios], samples, **fields)


@functools.cache
def many_runs():
    return [a_run(seed).cases[0] for seed in range(120)]


def a_run(seed=0, scale="quick", **fields):
    seen = seen_variances(measured(seed, **fields), scale)
    return RunVariances(run=f"run-{seed:03}", machine_digest="m", software_digest="s", cases=[seen])


def literally_at(values, position):
    """Between two sorted values, each of which stands in the middle of its place."""
    below = math.floor(position - 0.5)
    part = position - 0.5 - below
    return values[below] * (1 - part) + values[below + 1] * part


def test_a_run_shows_each_variant_against_the_baseline_and_the_twin_against_its_original():
    seen = seen_variances(measured(), "quick")
    assert [(pair.variant, pair.against, pair.twin) for pair in seen.pairs] == [
        ("shared", "naive", False),
        ("shared (twin)", "shared", True),
    ]
    assert all((pair.launches, pair.blocks, pair.per_block) == (6, 48, 1 / 8) for pair in seen.pairs)


def test_what_a_run_shows_agrees_with_the_literal_version():
    case = measured(launches=4, blocks=5, ratios={"naive": 1.0, "shared": 0.5})
    (pair,) = seen_variances(case, "quick").pairs
    time = {(each.variant, each.launch, each.block): each.wall_s for each in case.samples}
    within, estimates = 0.0, []
    for launch in range(4):
        logs = [math.log(time["shared", launch, block] / time["naive", launch, block]) for block in range(5)]
        walsh = sorted((logs[i] + logs[j]) / 2 for i in range(5) for j in range(i, 5))
        reach = math.sqrt(5 * 6 * 11 / 24)
        low, high = literally_at(walsh, 7.5 - reach), literally_at(walsh, 7.5 + reach)
        within += 5 * ((high - low) / 2) ** 2 / 4
        estimates.append(walsh[7])
    middle = sum(estimates) / 4
    assert pair.within == pytest.approx(within)
    assert pair.of_launches == pytest.approx(sum((each - middle) ** 2 for each in estimates) / 3)


def test_a_case_of_which_nothing_was_compared_shows_nothing():
    assert seen_variances(a_case([a_variant("naive")], noisy_samples({"naive": 1.0})), "quick") is None
    assert seen_variances(a_case([a_variant("naive"), a_variant("shared")]), "quick") is None


def test_pooling_agrees_with_the_literal_version():
    runs = [a_run(seed, launches=3 + seed).cases[0] for seed in range(4)]
    within, within_degrees, between, between_degrees = 0.0, 0.0, 0.0, 0.0
    for run in runs:
        for pair in run.pairs:
            degrees = (pair.blocks - pair.launches) / 1.25
            within += degrees * pair.within
            within_degrees += degrees
    within /= within_degrees
    for run in runs:
        for pair in run.pairs:
            degrees = (pair.launches - 1) / 1.25
            between += degrees * (pair.of_launches - within / 8)
            between_degrees += degrees
    found = pooled(runs)
    assert found.within == pytest.approx(within)
    assert found.between == pytest.approx(max(0.0, between / between_degrees))
    assert found.between_degrees == pytest.approx(between_degrees)
    assert found.within_degrees == pytest.approx(within_degrees)
    assert found.runs == 4


def test_one_run_of_one_pair_with_a_block_a_launch_is_pooled_to_the_variance_of_its_launches():
    samples = noisy_samples({"naive": 1.0, "shared": 0.5}, 12, 1, launch_sd=0.03, block_sd=0.02, seed=3)
    case = a_case([a_variant("naive"), a_variant("shared")], samples)
    found = pooled([seen_variances(case, "quick")])
    logs = [
        math.log(a.wall_s / b.wall_s)
        for a in samples
        for b in samples
        if (a.variant, b.variant) == ("shared", "naive") and a.launch == b.launch
    ]
    assert found.between == pytest.approx(statistics.variance(logs))
    assert found.held_within == pytest.approx(PRIOR_WITHIN_SD**2)


def test_the_variances_of_many_runs_are_found_again():
    found = pooled(many_runs())
    assert math.sqrt(found.between) == pytest.approx(0.03, rel=0.08)
    assert math.sqrt(found.within) == pytest.approx(0.02, rel=0.12)


def test_a_variant_has_its_own_variance_and_the_case_that_of_all():
    runs = [a_run(seed).cases[0] for seed in range(3)]
    own, twin, all_of_them = pooled(runs, "shared"), pooled(runs, "shared (twin)"), pooled(runs)
    assert min(own.within, twin.within) < all_of_them.within < max(own.within, twin.within)
    assert own.between_degrees == 15
    assert pooled(runs, "unheard-of") is None


def test_runs_of_other_cases_scales_and_ways_of_measuring_tell_nothing():
    runs = [a_run(0), a_run(1, scale="lecture"), a_run(2, fresh=True), a_run(3, id="other"), a_run(4)]
    found = of_case(runs, measured(), "quick")
    assert found == [runs[0].cases[0], runs[4].cases[0]]
    assert prior_variances(runs, measured(), "quick") == pooled(found)


def test_only_the_last_runs_count():
    runs = [a_run(seed, launches=3, blocks=2) for seed in range(23)]
    assert of_case(runs, measured(), "quick") == [run.cases[0] for run in runs[3:]]


def test_without_earlier_runs_or_with_too_few_launches_in_them_there_is_no_prior():
    assert prior_variances([], measured(), "quick") is None
    assert prior_variances([a_run(launches=1)], measured(), "quick") is None
    assert prior_variances([a_run(launches=2)], measured(), "quick") is None
    assert prior_variances([a_run(launches=2), a_run(1, launches=2)], measured(), "quick") is not None


def test_the_floor_of_one_run_alone_is_the_smallest_change_that_it_would_have_seen():
    samples = noisy_samples({"naive": 1.0, "shared": 0.5}, 6, 1, launch_sd=0.03, seed=5)
    case = a_case([a_variant("naive"), a_variant("shared")], samples)
    time = {(each.variant, each.launch): each.wall_s for each in samples}
    logs = np.array([math.log(time["shared", launch] / time["naive", launch]) for launch in range(6)])
    variances = pooled([seen_variances(case, "quick")])
    assert floor(variances, 6, 1) == pytest.approx(smallest_seen(logs))


def test_the_floor_falls_with_launches_and_with_blocks_as_far_as_launches_allow():
    variances = pooled([a_run(seed).cases[0] for seed in range(5)])
    assert floor(variances, 12, 8) < floor(variances, 6, 8) < floor(variances, 6, 1)
    assert floor(variances, 6, 1e9) > 0.9 * floor(msgspec.structs.replace(variances, within=0.0), 6, 1)


def test_a_few_slow_calls_do_not_carry_the_noise_of_blocks_away():
    random = np.random.default_rng(8)
    launches = [random.normal(0, 0.02, 20) + 3.0 * (random.random(20) < 0.05) for _ in range(50)]
    found = np.mean([location_variance(each) for each in launches])
    assert np.mean([np.var(each) for each in launches]) > 100 * 0.02**2
    assert found == pytest.approx(20 * np.var([hodges_lehmann(each) for each in launches]), rel=0.6)


def test_no_floor_is_told_from_too_few_launches():
    variances = pooled([a_run().cases[0]])
    assert floor(variances, 2, 8) is None
    assert floor(msgspec.structs.replace(variances, between_degrees=1.0), 6, 8) is None


def test_a_change_of_the_size_of_the_floor_is_seen_in_four_of_five_runs():
    variances = pooled(many_runs(), "shared")
    change = floor(variances, 5, 8)
    seen = 0
    for seed in range(500):
        random = np.random.default_rng([7, seed])
        logs = math.log1p(change) + random.normal(0, 0.03, 5) + random.normal(0, 0.02 / math.sqrt(8), 5)
        seen += launch_interval(logs).low > 1
    assert seen / 500 == pytest.approx(0.8, abs=0.06)
