"""The harness's own suite, measured for real."""

import pytest

from harness.calibrate.bench import Fixed, self_bench, twin_name
from harness.calibrate.neighbour import effect
from harness.calibrate.noise import cpu_hog
from harness.calibrate.overhead import lines
from harness.calibrate.verdicts import trials
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


def test_trials_beside_a_hog_have_launches_of_their_own(bench):
    found = []
    list(trials(bench, "hog", Fixed(launches=3, blocks=2), range(2), 0.02, found.append))
    assert [finding.number for finding in found] == [0, 1]
    assert found[0].launch_ratios != found[1].launch_ratios
    assert all(len(finding.launch_ratios) == 3 for finding in found)


def test_a_hog_is_gone_when_its_noise_is_over():
    import psutil

    before = set(psutil.pids())
    with cpu_hog():
        (hog,) = [each for each in psutil.Process().children() if each.pid not in before]
        assert hog.is_running()
    assert not hog.is_running()


def test_a_neighbour_is_measured_in_both_settings(bench):
    done = []
    found = effect(bench, launches=3, blocks=2, tell=done.append)
    assert done == [1, 2, 3]
    assert found.alone.ratio > 0
    assert found.crowded.ratio > 0
    assert found.beyond >= 0


def test_the_bill_names_each_line_once_and_none_is_free(bench):
    bill = list(lines(bench))
    assert len({cost.name for cost in bill}) == len(bill) == 7
    assert all(cost.cost_s > 0 for cost in bill)
