"""The harness's own suite, measured for real."""

import pytest

from harness.calibrate.bench import Asked, Fixed, self_bench, twin_name
from harness.calibrate.experiments import EXPERIMENTS, perform
from harness.calibrate.neighbour import ALONE, BASELINE, NEIGHBOURS, OTHER
from harness.calibrate.overhead import lines
from harness.conduct.counting import counting_of_nothing
from harness.record.schema import Phase


@pytest.fixture(scope="module")
def bench():
    with self_bench() as bench:
        yield bench


def test_a_trial_has_the_launches_and_blocks_that_were_asked_for_and_a_twin(bench):
    case = bench.run("loop", Fixed(launches=2, blocks=3), seed=1)
    measured = [sample for sample in case.samples if sample.phase is Phase.MEASURED]
    assert {(sample.launch, sample.variant) for sample in measured} == {
        (launch, name) for launch in (1, 2) for name in (case.baseline, twin_name(case))
    }
    assert len(measured) == 2 * 3 * 2


def test_a_run_with_a_budget_has_its_pilot_its_plan_and_its_end(bench):
    measured = bench.measure("loop", Asked(budget_s=30.0, precision=10.0), seed=1)
    assert len(measured.case.launches) >= 3
    assert set(measured.launch_s) == {launch.number for launch in measured.case.launches}
    assert all(spent_s > 0 for spent_s in measured.launch_s.values())


def test_a_trial_compares_the_change_with_its_baseline_and_the_twin_with_its_original(bench):
    result = perform(EXPERIMENTS["2 % more"], bench, Asked(budget_s=1e9, precision=0.005, launches=3), seed=1)
    assert set(result.comparisons) == {"twin", "changed"}
    assert all(len(each.launches) == 3 for each in result.comparisons.values())
    assert len(result.launch_s) == 3


def test_a_budget_too_short_for_three_launches_says_nothing(bench):
    result = perform(EXPERIMENTS["same"], bench, Asked(budget_s=0.01, precision=0.02), seed=1)
    assert not any(each.different for each in result.comparisons.values())


def test_a_cluster_that_waits_for_its_turn_has_it_and_the_others_have_theirs(bench):
    (name,) = [each for each in NEIGHBOURS if "cluster" in each]
    case = bench.run(name, Fixed(launches=1, blocks=1), seed=1)
    assert [variant.failures for variant in case.variants if variant.failures] == []
    measured = {sample.variant for sample in case.samples if sample.phase is Phase.MEASURED}
    assert measured == {"add_up", "square", "ask_workers", "add_up (twin)"}


def test_each_neighbour_is_a_variant_more_than_the_two_functions(bench):
    alone = {variant.name for variant in bench.case(ALONE).variants}
    assert alone == {BASELINE, OTHER}
    for name in NEIGHBOURS:
        assert len({variant.name for variant in bench.case(name).variants} - alone) == 1


def test_the_bill_names_each_line_once_and_none_is_free(bench):
    bill = list(lines(bench))
    with counting_of_nothing() as found:
        counted = found is not None
    assert len({cost.name for cost in bill}) == len(bill) == 7 + counted
    assert all(cost.cost_s > 0 for cost in bill)
