"""What is known of a machine's noise."""

import math

import pytest

from harness.judge.known_floors import known_floors
from harness.judge.variances import floor, pooled

from .test_variances import a_run


def test_each_pair_has_its_noise_over_runs_and_the_effort_of_the_latest():
    runs = [a_run(0), a_run(1, launches=4, blocks=2)]
    known = known_floors(runs)
    assert [(each.variant, each.against, each.twin) for each in known] == [
        ("shared", "naive", False),
        ("shared (twin)", "shared", True),
    ]
    variances = pooled([run.cases[0] for run in runs], "shared")
    assert (known[0].runs, known[0].launches, known[0].blocks) == (2, 4, 2.0)
    assert known[0].between_sd == pytest.approx(math.sqrt(variances.between))
    assert known[0].within_sd == pytest.approx(math.sqrt(variances.within))
    assert known[0].floor == pytest.approx(floor(variances, 4, 2))


def test_scales_and_ways_of_measuring_are_kept_apart():
    known = known_floors([a_run(0), a_run(1, scale="lecture"), a_run(2, fresh=True), a_run(3, id="other")])
    assert [(each.case, each.scale, each.fresh) for each in known[::2]] == [
        ("grid", "quick", False),
        ("grid", "lecture", False),
        ("grid", "quick", True),
        ("other", "quick", False),
    ]
    assert {each.runs for each in known} == {1}


def test_too_few_launches_have_no_floor_and_no_runs_nothing():
    assert [each.floor for each in known_floors([a_run(launches=2)])] == [None, None]
    assert known_floors([]) == []
