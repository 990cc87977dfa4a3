"""Nights that are added to what was kept are told the same as if all was judged anew."""

import pickle

import msgspec
import numpy as np
import pytest

from harness.calibrate.year import Scenario, records_of, truth_of
from harness.judge.history import Kept, histories_of, judged_on, kept_of
from harness.judge.history.history import judged
from harness.judge.history.scan import scanned
from harness.record.results import results_of, run_of
from harness.record.series import Series, series_of
from tests.judge.history.making import make_series, noise


def said(histories):
    """All that is said, and the p values apart: sums over other stretches differ in their last digits."""
    told = [
        msgspec.structs.replace(each, series=None, steps=[msgspec.structs.replace(s, p_value=0) for s in each.steps])
        for each in histories
    ]
    return [each.series.key for each in histories], told


def p_values(histories):
    return [step.p_value for each in histories for step in each.steps]


def until(series, night):
    parts = [Series(key=each.key, points=[p for p in each.points if p.run.id <= night]) for each in series]
    return [each for each in parts if each.points]


def after(series, first, last):
    parts = [Series(key=each.key, points=[p for p in each.points if first < p.run.id <= last]) for each in series]
    return [each for each in parts if each.points]


def grown(series, cuts):
    """The histories of series that grew to each of the cuts, kept as bytes between."""
    runs = {p.run.id: p.run for each in series for p in each.points}
    runs = dict(sorted(runs.items()))
    kept, before, found = None, "", None
    for cut in [*cuts, max(runs)]:
        so_far = {name: run for name, run in runs.items() if name <= cut}
        found = judged_on(kept, so_far, after(series, before, cut))
        kept = msgspec.msgpack.decode(msgspec.msgpack.encode(kept_of(found, so_far, "judge", "rows")), type=Kept)
        before = cut
    return found.histories


def assert_the_same(series, cuts):
    anew, one_by_one = histories_of(series), grown(series, cuts)
    assert said(one_by_one) == said(anew)
    assert p_values(one_by_one) == pytest.approx(p_values(anew), rel=1e-6)
    for one, other in zip(one_by_one, anew, strict=True):
        pairs = zip(one.series.points, other.series.points, strict=True)
        assert all(a.run == b.run and a.result.verdict == b.result.verdict for a, b in pairs)


def year(**scenario):
    records = list(records_of(truth_of(Scenario(**scenario))))
    return series_of({each.id: run_of(each) for each in records}, [row for each in records for row in results_of(each)])


def test_a_year_with_a_moved_anchor_and_another_machine_may_be_cut_at_any_nights():
    series = year(nights=365, cases=1, variants=2, seed=3)
    assert {point.result.anchor for each in series for point in each.points} == {1, 2}
    ids = sorted({p.run.id for each in series for p in each.points})
    linking = [p.run.id for p in series[0].points if p.links]
    cuts = sorted({*np.random.default_rng(1).choice(ids[5:-1], 8, replace=False), *linking[1:4], ids[-2]})
    assert_the_same(series, cuts)


@pytest.mark.parametrize("seed", range(4))
def test_two_machines_whose_nights_are_pooled_may_be_cut_at_any_nights(seed):
    chance = np.random.default_rng(seed)
    logs = noise(seed, 700, 0.004) + 0.1 * (np.arange(700) >= chance.integers(30, 690))
    logs[chance.integers(0, 700, 8)] += 0.3
    logs = [None if chance.random() < 0.02 else float(each) for each in logs]
    series = [make_series(logs[k::2], cpu=f"cpu {k}", nights=range(k, 700, 2)) for k in (0, 1)]
    assert_the_same(series, [f"run-{night:05}" for night in sorted(chance.choice(698, 5, replace=False) + 1)])


@pytest.mark.parametrize("seed", range(6))
def test_a_scan_that_goes_on_tells_what_one_from_the_start_tells(seed):
    chance = np.random.default_rng(seed)
    size = 1500
    values = noise(seed, size) + np.cumsum(np.where(chance.random(size) < 0.01, chance.normal(0, 0.1, size), 0))
    launch = np.where(chance.random(size) < 0.2, np.nan, chance.gamma(5, 2e-5, size))
    columns = values, launch, np.where(np.arange(size) < 700, 0.0, 1e-5), np.full(size, 5e-5)
    scan = None
    for cut in [*sorted(chance.choice(size, 12)), size]:
        scan = scanned(*(column[:cut] for column in columns), scan)
    anew = scanned(*columns)
    assert [(each.at, each.seen) for each in scan.alarms] == [(each.at, each.seen) for each in anew.alarms]
    assert len(anew.alarms) > 3


def test_a_scan_of_other_nights_counts_for_nothing():
    values = noise(1, 200)
    nothing, errors = np.full(200, np.nan), np.full(200, 5e-5)
    changed = values + 0.2 * (np.arange(200) >= 100)
    before = scanned(changed, nothing, np.zeros(200), errors)
    assert len(before.alarms) == 1
    assert scanned(values, nothing, np.zeros(200), errors, before).alarms == []
    assert scanned(values[:50], nothing[:50], np.zeros(50), errors[:50], before).alarms == []


def test_a_series_that_nothing_is_added_to_keeps_its_scan():
    series = [make_series([float(each) for each in noise(1, 100)])]
    _, scans = judged(series, {})
    assert judged(series, scans)[1] == scans


def elsewhere(judge, series):
    """As another process would: what it tells goes through bytes."""
    return pickle.loads(pickle.dumps([judge(each) for each in series]))


def test_series_judged_in_another_process_are_told_the_same_and_keep_their_points():
    series = year(nights=200, cases=1, variants=3, seed=5)
    here, scans = judged(series, {})
    there, same_scans = judged(series, {}, elsewhere)
    assert there == here
    assert same_scans == scans
    assert all(each.series.points for each in there)
