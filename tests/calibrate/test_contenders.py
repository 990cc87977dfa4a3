"""The harness beside its peers."""

import numpy as np
import pytest

from harness.calibrate.contenders import contenders, critical_at, critical_of
from harness.calibrate.demands import best_peer
from tests.calibrate.making import comparison, peer_trial, trial


def test_a_peers_threshold_is_tuned_on_even_trials_and_judged_on_odd_ones():
    statistics = {number: float(number if number % 2 == 0 else 100 + number) for number in range(80)}
    trials = [peer_trial(number, statistic=value) for number, value in statistics.items()]
    (found,) = contenders([], trials)
    assert found.tuned.threshold == 74.0  # the 38th of 40 even ones: 76 and 78 lie above, which are 5 %
    assert (found.tuned.alarms.count, found.tuned.alarms.trials) == (40, 40)
    assert found.default.alarms.trials == 80


def test_a_peers_default_rule_is_judged_by_what_it_said():
    trials = [peer_trial(number, slower=number < 3) for number in range(10)]
    (found,) = contenders([], trials)
    assert (found.default.threshold, found.default.alarms.count) == (5.0, 3)
    assert found.default.smallest.estimate == 0.2


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(0.0, 0.1), (5.0, 0.2), (2.5, 0.15), (9.0, 0.28), (10.0, 0.3), (15.0, None), (30.0, None)],
)
def test_between_thresholds_the_critical_slow_down_is_interpolated(threshold, expected):
    found = critical_at(peer_trial(), threshold)
    assert found == (None if expected is None else pytest.approx(expected))


def test_the_harness_stands_first_in_each_noise_and_has_nothing_to_tune():
    own = [trial(0, noise=noise, experiment="beside peers", budget_s=10.0) for noise in ("quiet", "hog")]
    found = contenders(own, [peer_trial(noise="hog"), peer_trial(noise="hog", name="pyperf")])
    assert [(each.noise, each.tool) for each in found] == [
        ("quiet", "harness"), ("hog", "harness"), ("hog", "asv 1.2.3"), ("hog", "pyperf 1.2.3")
    ]  # fmt: skip
    assert found[1].tuned is None


def test_the_critical_change_of_a_trial_is_that_of_its_recorded_launches():
    assert critical_of(comparison([100], [-100], [0], [50], [-50], [20])) == pytest.approx(0.0074, abs=0.002)
    assert critical_of(comparison([100], [-100])) is None


def test_a_rule_that_raises_false_alarms_all_the_time_is_not_the_best_peer():
    honest = [peer_trial(number, criticals=[(0.0, 0.3), (50.0, 0.3)]) for number in range(40)]
    judged = {"statistic": 10.0, "criticals": [(0.0, 0.01), (5.0, 0.01), (10.0, 0.9)]}
    wild = [peer_trial(number, name="pyperf", slower=bool(number % 2), **judged) for number in range(40)]
    assert best_peer(contenders([], [*honest, *wild])) == ("asv 1.2.3, default", 0.3)
    assert best_peer([]) is None


def test_no_changes_are_seen_where_nothing_was_compared():
    (found,) = contenders([trial(0, experiment="beside peers", comparisons={})], [])
    assert found.default.smallest.estimate is None
    assert found.default.alarms.trials == 0
    assert np.isfinite(found.took_s)
