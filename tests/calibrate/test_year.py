import math

import numpy as np
import pytest

from harness.calibrate.year import Kind, Scenario, records_of, truth_of, write
from harness.judge import judge_run
from harness.record import Store
from harness.record.index import Index
from harness.record.results import Kind as RunKind
from harness.record.results import Measure, results_of, run_of
from harness.record.schema import Failing
from harness.record.series import series_of


def series_in(truth):
    records = list(records_of(truth))
    return series_of(
        {record.id: run_of(record) for record in records}, [row for each in records for row in results_of(each)]
    )


def test_the_same_seed_gives_the_same_year():
    one, other = (list(records_of(truth_of(Scenario(seed=3, nights=20)))) for _ in range(2))
    assert one == other
    assert one != list(records_of(truth_of(Scenario(seed=4, nights=20))))


def test_a_year_is_a_store_of_nights_with_its_anchors_and_locks(tmp_path):
    truth = truth_of(Scenario(nights=40, cases=2, variants=2))
    store = Store(tmp_path)
    assert write(truth, store) == truth.measured.sum()
    index = Index(store)
    assert not index.damaged
    assert {run.kind for run in index.runs().values()} == {RunKind.NIGHT}
    assert [run.night for run in index.runs().values()] == [
        day for day, measured in zip(truth.dates, truth.measured, strict=True) if measured
    ]
    assert [anchor.number for anchor in store.anchors()] == list(truth.tagged)
    record = store.read(store.ids()[-1])
    assert all(store.lock(each.lock_digest) for each in record.environments)
    versions = index.distributions(run_of(record).software_digest)
    assert versions == truth.versions[-1]


def test_the_series_of_a_year_have_the_planted_changes_in_them():
    truth = truth_of(Scenario(seed=1, nights=365, night_sd=1e-4, launch_sd=1e-4, turn_sd=1e-4, spikes=0.0))
    planted = [each for each in truth.planted if each.kind in {Kind.COMMIT, Kind.DEPENDENCY}]
    assert len(planted) == 2 + truth.scenario.variants
    found = series_in(truth)
    assert {each.key.measure for each in found} == {Measure.ANCHOR}
    moved = next(each.night for each in truth.planted if each.kind is Kind.ANCHOR_MOVE)
    early = [each for each in planted if each.night + 5 < moved]
    assert early
    for change in early:
        points = [
            point
            for each in found
            if (each.key.case, each.key.variant) == (change.case, change.variant)
            for point in each.points
            if point.result.anchor == 1
        ]
        points.sort(key=lambda point: point.run.night)
        before = [math.log(each.result.ratio) for each in points if each.run.night < change.date][-5:]
        after = [math.log(each.result.ratio) for each in points if each.run.night >= change.date][:5]
        assert np.median(after) - np.median(before) == pytest.approx(math.log(change.change), abs=0.002)


def test_the_ratios_of_a_year_are_those_that_its_samples_give():
    record = next(records_of(truth_of(Scenario(nights=3, cases=2, variants=2, blocks=3))))
    judged = judge_run(record.cases, record.plan.margin, lambda _: None)
    for ours, theirs in zip(record.judgements, judged, strict=True):
        assert [row.ratio and row.ratio.launch_ratios for row in ours.variants] == [
            row.ratio and pytest.approx(row.ratio.launch_ratios) for row in theirs.variants
        ]
        assert [row.median_s for row in ours.variants] == pytest.approx([row.median_s for row in theirs.variants])
        assert [row.p95_s for row in ours.variants] == pytest.approx([row.p95_s for row in theirs.variants])
        assert [row.counters for row in ours.variants] == [row.counters for row in theirs.variants]


def test_launches_are_counted_from_one_as_those_of_a_run_are():
    for case in next(records_of(truth_of(Scenario(nights=3, cases=1, variants=1, launches=4)))).cases:
        assert [each.number for each in case.launches] == [1, 2, 3, 4]
        assert {each.launch for each in case.samples} == {1, 2, 3, 4}
        assert all(answer.launches == [1, 2, 3, 4] for variant in case.variants for answer in variant.answers)


@pytest.mark.parametrize("nights", [1, 2, 12])
def test_the_shortest_of_years_are_years_too(nights):
    assert 1 <= len(list(records_of(truth_of(Scenario(nights=nights, cases=1, variants=1))))) <= nights


def test_a_year_with_nothing_planted_is_flat():
    truth = truth_of(Scenario(nights=60, changes=False))
    assert truth.planted == []
    assert np.ptp(truth.log_ratios, axis=0).max() == 0
    assert not any(each.rule is Failing.COUNTERS for record in records_of(truth) for each in record.breaches)
