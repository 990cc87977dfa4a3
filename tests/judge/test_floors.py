"""Floors of a run's comparisons."""

import pytest

from harness.judge.floors import with_floors
from harness.judge.run import judge_run
from harness.judge.variances import floor, pooled, seen_variances
from harness.record.variances import RunVariances

from .making import a_case, a_variant, no_array, noisy_samples


def a_run_of(seed, launches=6, blocks=1, launch_sd=0.03):
    samples = noisy_samples({"naive": 1.0, "shared": 1.0}, launches, blocks, launch_sd=launch_sd, seed=seed)
    return a_case([a_variant("naive"), a_variant("shared")], samples)


def earlier(*seeds, **fields):
    return [
        RunVariances(
            run=f"run-{seed}",
            machine_digest="m",
            software_digest="s",
            cases=[seen_variances(a_run_of(seed, **fields), "quick")],
        )
        for seed in seeds
    ]


def floored(case, known=(), scale="quick"):
    (judgement,) = with_floors(judge_run([case], 0.02, no_array), [case], scale, known)
    return {each.variant: each for each in judgement.variants}


def test_without_earlier_runs_the_floor_is_what_this_run_would_have_seen():
    rows = floored(a_run_of(1))
    assert rows["shared"].floor.change == pytest.approx(rows["shared"].smallest_seen)
    assert (rows["shared"].floor.launches, rows["shared"].floor.blocks, rows["shared"].floor.runs) == (6, 1.0, 1)
    assert rows["naive"].floor is None


def test_earlier_runs_count_beside_this_one():
    case, known = a_run_of(1), earlier(2, 3, 4, launch_sd=0.1)
    found = floored(case, known)["shared"].floor
    variances = pooled([*(run.cases[0] for run in known), seen_variances(case, "quick")], "shared")
    assert found.change == pytest.approx(floor(variances, 6, 1))
    assert found.runs == 4
    assert found.change > floored(case)["shared"].floor.change


def test_runs_at_another_scale_do_not_count():
    case = a_run_of(1)
    assert floored(case, earlier(2), scale="lecture")["shared"].floor.runs == 1


def test_two_launches_have_no_floor_however_much_is_known():
    assert floored(a_run_of(1, launches=2), earlier(2, 3))["shared"].floor is None


def test_a_case_that_was_not_measured_has_no_floor():
    assert floored(a_case([a_variant("naive"), a_variant("shared")]), earlier(2))["shared"].floor is None


def test_a_floor_is_held_to_the_interval_that_the_verdict_looks_at():
    cases = [a_run_of(seed) for seed in (1, 2, 3)]
    judgements = judge_run(cases, 0.02, no_array)
    floors = [each.variants[1].floor.change for each in with_floors(judgements, cases, "quick", [])]
    confidences = [each.variants[1].ratio.adjusted.confidence for each in judgements]
    assert max(confidences) > 0.95
    alone = [pooled([seen_variances(case, "quick")]) for case in cases]
    assert floors == pytest.approx([floor(each, 6, 1, at) for each, at in zip(alone, confidences, strict=True)])
