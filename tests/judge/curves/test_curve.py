"""Swept cases, judged whole."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from harness.judge.curves import focus, judge_curves
from harness.record.schema import (
    Agreement,
    AnswerJudgement,
    CaseJudgement,
    VariantJudgement,
    Verdict,
)

from ..making import a_variant
from .making import SIZES, swept

LINEAR = {"naive": lambda n: 1e-6 * n, "fast": lambda n: 5e-4 + 2e-7 * n}


def judged(case, **agreements):
    """What was judged of a case's answers: by variant; those not named state none."""
    rows = [
        VariantJudgement(
            variant=variant.name,
            verdict=Verdict.BASELINE,
            reason="",
            answer=AnswerJudgement(agreement=agreements.get(variant.name, Agreement.NONE)),
        )
        for variant in case.variants
    ]
    return CaseJudgement(case=case.id, variants=rows, comparisons=0)


def only(cases, cores=8, judgements=()):
    (curve,) = judge_curves(cases, list(judgements), cores)
    return curve


def by_name(curve):
    return {variant.variant: variant for variant in curve.variants}


def test_a_swept_family_is_one_curve_with_all_its_points():
    curve = only(swept(LINEAR))
    assert (curve.axis, curve.values, curve.baseline, curve.workers) == ("rows", SIZES, "naive", False)
    assert list(by_name(curve)) == ["naive", "fast"]
    point = by_name(curve)["naive"].points[2]
    assert (point.value, point.case, point.launches) == (10_000, "sort, rows=10000", 4)
    assert point.time_s.value == pytest.approx(0.01, rel=0.02)
    assert point.time_s.interval.low < point.time_s.value < point.time_s.interval.high
    assert point.ratio is None
    assert not curve.problem


def test_growth_ratios_and_the_break_even_are_those_of_the_laws():
    curve = only(swept(LINEAR))
    growth = by_name(curve)["naive"].time_growth
    assert growth.exponent.value == pytest.approx(1.0, abs=0.02)
    assert growth.exponent.interval.low < 1.0 < growth.exponent.interval.high
    assert not growth.curved
    assert by_name(curve)["fast"].time_growth.curved
    assert by_name(curve)["fast"].points[-1].ratio.value == pytest.approx(0.2005, rel=0.03)
    (order,) = curve.orders
    (crossing,) = order.crossings
    assert (order.first, order.second, crossing.faster) == ("naive", "fast", "fast")
    assert (crossing.below, crossing.above) == (100, 1000)
    assert crossing.estimate.interval.low < 625 < crossing.estimate.interval.high


def test_what_a_launch_does_to_all_variants_alike_leaves_ratios_alone():
    curve = only(swept(LINEAR, drift_sd=0.3))
    ratio = by_name(curve)["fast"].points[-1].ratio
    assert ratio.interval.high / ratio.interval.low < 1.1


def test_pairs_without_the_baseline_are_told_where_their_order_changes():
    laws = {"naive": lambda n: 1e-3 * n, "a": lambda n: 1e-6 * n, "b": lambda n: 1e-3 + 1e-7 * n}
    orders = only(swept(laws)).orders
    assert [(each.first, each.second) for each in orders] == [("naive", "a"), ("naive", "b"), ("a", "b")]
    parallel = {**laws, "b": lambda n: 2e-6 * n}
    assert [(each.first, each.second) for each in only(swept(parallel)).orders] == [("naive", "a"), ("naive", "b")]


def test_memory_grows_too():
    cases = [
        msgspec.structs.replace(
            case,
            variants=[
                msgspec.structs.replace(each, peak_bytes=[int(8 * case.numbers["rows"])] * 3) for each in case.variants
            ],
        )
        for case in swept(LINEAR)
    ]
    growth = by_name(only(cases))["fast"].memory_growth
    assert growth.exponent.value == pytest.approx(1.0)
    assert growth.exponent.interval.low == pytest.approx(1.0)


def test_a_variant_that_is_missing_at_a_value_has_a_curve_over_the_others():
    cases = swept(LINEAR)
    middle = cases[2]
    cases[2] = msgspec.structs.replace(middle, samples=[each for each in middle.samples if each.variant == "naive"])
    fast = by_name(only(cases))["fast"]
    assert fast.points[2].left_out == "not measured"
    assert fast.points[2].time_s is None
    assert fast.time_growth.local[1].low == pytest.approx(1_000)
    assert fast.time_growth.local[1].high == pytest.approx(100_000)
    assert [point.value for point in only(cases).orders[0].points] == [100, 1_000, 100_000, 1_000_000]


def test_a_value_that_was_not_measured_stays_in_the_curve_and_is_said():
    cases = swept(LINEAR)
    cases[4] = msgspec.structs.replace(cases[4], samples=[], variants=[a_variant(name) for name in LINEAR])
    curve = only(cases)
    assert curve.values == SIZES
    assert {variant.points[4].left_out for variant in curve.variants} == {"not measured"}


def test_a_family_of_which_nothing_was_measured_is_said():
    cases = [msgspec.structs.replace(case, samples=[]) for case in swept(LINEAR)]
    assert "nothing was measured" in only(cases).problem


def test_a_missing_baseline_at_one_value_does_not_make_another_one_of_it():
    cases = swept(LINEAR)
    cases[0] = msgspec.structs.replace(
        cases[0],
        baseline="fast",
        baseline_stated=False,
        variants=cases[0].variants[1:],
        samples=[each for each in cases[0].samples if each.variant == "fast"],
    )
    curve = only(cases)
    assert curve.baseline == "naive"
    assert by_name(curve)["fast"].points[0].ratio is None
    assert by_name(curve)["naive"].points[0].left_out == "not measured"


@pytest.mark.parametrize("agreement", [Agreement.DIFFER, Agreement.UNSTABLE, Agreement.NONE])
def test_a_variant_is_not_compared_where_its_answer_is_another_one(agreement):
    cases = swept(LINEAR)
    same = {"naive": Agreement.AGREE, "fast": Agreement.AGREE}
    judgements = [
        judged(case, **{**same, **({"fast": agreement} if place < 2 else {})}) for place, case in enumerate(cases)
    ]
    curve = only(cases, judgements=judgements)
    fast = by_name(curve)["fast"]
    assert [bool(point.left_out) for point in fast.points] == [True, True, False, False, False]
    assert [point.ratio is None for point in fast.points] == [True, True, False, False, False]
    assert curve.orders[0].crossings == [], "the change of order lay where the answer is another one"
    assert fast.time_growth is not None


def test_without_answers_all_are_compared():
    cases = swept(LINEAR)
    assert only(cases, judgements=[judged(case) for case in cases]).orders[0].crossings


WORKERS = [1, 2, 4, 8]
SCALING = {"loop": lambda _: 1.0, "cluster": lambda n: 2.4 * (1 + 0.1 * (n - 1)) / n}


def test_an_axis_of_workers_has_speed_ups_efficiencies_and_serial_shares():
    curve = only(swept(SCALING, WORKERS, axis="workers"))
    assert curve.workers
    points = by_name(curve)["cluster"].points
    assert [point.speed_up.value for point in points] == pytest.approx(
        [n / (1 + 0.1 * (n - 1)) for n in WORKERS], rel=0.03
    )
    assert points[3].efficiency.value == pytest.approx(1 / 1.7, rel=0.03)
    assert points[0].serial_share is None
    assert points[3].serial_share.value == pytest.approx(0.1, abs=0.02)


def test_laws_and_cost_are_told_of_an_axis_of_workers():
    cluster = by_name(only(swept(SCALING, WORKERS, axis="workers")))["cluster"]
    assert cluster.amdahl.serial_share.value == pytest.approx(0.1, abs=0.02)
    assert cluster.universal.counts == 4
    assert cluster.cost.workers == 4
    assert cluster.cost.single == "loop"
    assert by_name(only(swept(SCALING, WORKERS, axis="workers")))["loop"].cost is None


def test_no_law_is_fitted_to_more_workers_than_cores():
    curve = only(swept(SCALING, WORKERS, axis="workers"), cores=2)
    cluster = by_name(curve)["cluster"]
    assert cluster.beyond_cores == [4, 8]
    assert cluster.amdahl is None
    assert cluster.universal is None
    assert cluster.points[3].speed_up is not None
    assert curve.cores == 2


def test_without_a_single_worker_there_is_no_speed_up():
    cluster = by_name(only(swept(SCALING, [2, 4, 8], axis="workers")))["cluster"]
    assert {point.speed_up for point in cluster.points} == {None}
    assert cluster.cost is None


def test_an_axis_of_rows_has_no_speed_ups():
    variant = by_name(only(swept(LINEAR)))["fast"]
    assert variant.points[1].speed_up is None
    assert variant.amdahl is None
    assert variant.cost is None


def test_one_launch_has_points_without_intervals():
    curve = only(swept(LINEAR, launches=1))
    fast = by_name(curve)["fast"]
    assert fast.points[0].time_s.interval is None
    assert fast.time_growth.exponent.interval is None
    assert curve.orders[0].crossings == []


def test_a_problem_leaves_everything_else_out():
    curve = only(swept(LINEAR, [100]))
    assert "one value only" in curve.problem
    assert curve.variants == []
    assert curve.cases == ["sort, rows=100"]


def test_runs_without_axes_have_no_curves():
    assert judge_curves(swept(LINEAR, axis="rows", variants=[a_variant("naive"), a_variant("fast")]), [], 2) == []


def test_twins_have_no_curve_of_their_own():
    variants = [a_variant("naive", axis="rows"), a_variant("fast"), a_variant("fast (twin)", twin_of="fast")]
    assert list(by_name(only(swept(LINEAR, variants=variants)))) == ["naive", "fast"]


def test_the_two_values_around_a_crossing_weigh_more_than_their_family():
    assert focus(swept(LINEAR)) == {
        "sort, rows=100": 1.0,
        "sort, rows=1000": 1.0,
        "sort, rows=10000": 0.01,
        "sort, rows=100000": 0.01,
        "sort, rows=1000000": 0.01,
    }


def test_a_crossing_takes_nothing_from_cases_beside_its_family():
    stranger = swept({"naive": lambda n: 1e-6 * n}, [7], variants=[a_variant("naive")], id="other", group="other")
    assert focus([*swept(LINEAR), *stranger])["other"] == 1.0


def test_before_the_first_pass_all_weigh_the_same():
    assert set(focus(swept(LINEAR, launches=2)).values()) == {1.0}


def test_all_weigh_the_same_where_no_order_changes_or_no_axis_is():
    assert set(focus(swept({"naive": lambda n: 2e-6 * n, "fast": lambda n: 1e-6 * n})).values()) == {1.0}
    assert set(focus(swept(LINEAR, [100])).values()) == {1.0}
    assert focus([]) == {}


def test_a_value_that_misses_a_variant_is_stepped_over():
    cases = swept(LINEAR)
    cases[1] = msgspec.structs.replace(cases[1], samples=[each for each in cases[1].samples if each.variant == "naive"])
    assert [name for name, weight in focus(cases).items() if weight == 1] == ["sort, rows=100", "sort, rows=10000"]


def test_times_are_geometric_means_over_launches_of_what_is_typical_within_one():
    """Typical is Hodges-Lehmann's: neither the mean, which one slow block moves, nor the median."""
    random = np.random.default_rng(3)
    cases = swept(LINEAR, [100, 1000], launches=3, blocks=4)
    scattered = [
        msgspec.structs.replace(each, wall_s=each.wall_s * float(np.exp(random.gamma(0.5, 0.8))))
        for each in cases[0].samples
    ]
    cases[0] = msgspec.structs.replace(cases[0], samples=scattered)
    logs = [
        [math.log(each.wall_s) for each in scattered if each.variant == "naive" and each.launch == launch]
        for launch in range(3)
    ]
    literal = [np.median([(one + other) / 2 for at, one in enumerate(each) for other in each[at:]]) for each in logs]
    told = by_name(only(cases))["naive"].points[0].time_s.value
    assert told == pytest.approx(math.exp(np.mean(literal)))
    assert told != pytest.approx(math.exp(np.mean([np.mean(each) for each in logs])), rel=0.01)
    assert told != pytest.approx(math.exp(np.mean([np.median(each) for each in logs])), rel=0.001)
