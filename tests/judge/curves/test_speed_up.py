"""What more workers bring."""

import math

import numpy as np
import pytest
from scipy import optimize, stats

from harness.judge.curves.cost import best_single, cost_of
from harness.judge.curves.scaling_laws import amdahl, universal
from harness.judge.curves.speed_up import efficiency, serial_share, speed_up
from harness.record.schema import Estimate

from .making import points

COUNTS = [1, 2, 4, 8, 16, 32]


def law(workers, serial, coherency=0.0, alone=10.0):
    return alone * (1 + serial * (workers - 1) + coherency * workers * (workers - 1)) / workers


def measured(serial, coherency=0.0, counts=COUNTS, launches=4, sd=0.01, seed=0):
    return points(counts, [math.log(law(n, serial, coherency)) for n in counts], launches, sd, seed)


@pytest.mark.parametrize("seed", range(5))
def test_the_speed_up_agrees_with_scipys_welch_test(seed):
    random = np.random.default_rng(seed)
    alone, together = random.normal(1.0, 0.05, 4), random.normal(0.4, 0.02, 6)
    theirs = stats.ttest_ind(alone, together, equal_var=False)
    interval = theirs.confidence_interval()
    gained = speed_up(alone, together)
    assert gained.value == pytest.approx(math.exp(alone.mean() - together.mean()))
    assert gained.interval.low == pytest.approx(math.exp(interval.low))
    assert gained.interval.high == pytest.approx(math.exp(interval.high))


def test_a_speed_up_of_few_launches_has_no_interval():
    assert speed_up(np.zeros(2), np.full(4, -1.0)).interval is None


def test_efficiency_is_speed_up_a_worker_and_the_serial_share_is_karps_and_flatts():
    gained = speed_up(np.log([1.0, 1.01, 0.99]), np.log([0.25, 0.26, 0.24]))
    assert efficiency(gained, 4).value == pytest.approx(gained.value / 4)
    assert efficiency(gained, 4).interval.low == pytest.approx(gained.interval.low / 4)
    assert serial_share(Estimate(value=1 / (0.1 + 0.9 / 4)), 4).value == pytest.approx(0.1)
    assert serial_share(gained, 4).interval.low < serial_share(gained, 4).value < serial_share(gained, 4).interval.high


def literal_fit(counts, log_times, weights, coherent):
    """Relative misses squared, minimized from many starts."""

    def misses(parameters):
        alone, serial, *rest = parameters
        told = np.array([law(n, serial, rest[0] if rest else 0.0, alone) for n in counts])
        return np.sqrt(weights) * (told / np.exp(log_times) - 1)

    upper = [np.inf, 1.0, np.inf][: 3 if coherent else 2]
    starts = [[10.0, s, k][: len(upper)] for s in (0.02, 0.5) for k in (1e-4, 0.05)]
    fits = [
        optimize.least_squares(misses, start, bounds=([0.0] * len(upper), upper), xtol=1e-14, ftol=1e-14)
        for start in starts
    ]
    return min(fits, key=lambda fit: fit.cost).x


@pytest.mark.parametrize(("serial", "coherency"), [(0.1, 0.002), (0.0, 0.0), (0.6, 0.0), (0.02, 0.01)])
def test_laws_agree_with_the_literal_version(serial, coherency):
    given = measured(serial, coherency, launches=[3, 4, 5, 6, 3, 3], sd=0.03)
    found = universal(given)
    literal = literal_fit(COUNTS, given.means, given.counts, coherent=True)
    assert [found.one_worker_s, found.serial_share.value, found.coherency.value] == pytest.approx(
        list(literal), abs=2e-4
    )
    simple = amdahl(given)
    literal = literal_fit(COUNTS, given.means, given.counts, coherent=False)
    assert [simple.one_worker_s, simple.serial_share.value] == pytest.approx(list(literal), abs=2e-4)


def test_the_universal_law_is_recovered():
    found = universal(measured(0.05, 0.003, sd=0.005))
    assert found.serial_share.value == pytest.approx(0.05, abs=0.01)
    assert found.coherency.value == pytest.approx(0.003, abs=0.0005)
    assert found.one_worker_s == pytest.approx(10, rel=0.02)
    assert found.off < 0.02
    assert found.counts == 6


@pytest.mark.parametrize(
    ("serial", "coherency"), [(0.1, 0.003), (0.0, 0.001), (0.0, 0.0)], ids=["inside", "at one bound", "at both bounds"]
)
def test_the_laws_intervals_cover_what_they_say(serial, coherency):
    fits = [universal(measured(serial, coherency, launches=4, sd=0.03, seed=seed)) for seed in range(60)]
    for name, true in (("serial_share", serial), ("coherency", coherency)):
        held = [fit for fit in fits if getattr(fit, name).interval.low <= true <= getattr(fit, name).interval.high]
        assert len(held) >= 53, (name, len(held))


def test_too_few_counts_have_no_law():
    assert amdahl(measured(0.1, counts=[1, 2])) is None
    assert amdahl(measured(0.1, counts=[1, 2, 4])).serial_share.value == pytest.approx(0.1, abs=0.05)
    assert universal(measured(0.1, counts=[1, 2, 4])) is None
    assert universal(measured(0.1, counts=[1, 2, 4, 8])) is not None


def test_a_law_of_few_launches_has_no_interval():
    assert universal(measured(0.1, launches=2)).serial_share.interval is None


def test_a_time_that_gains_nothing_is_all_serial():
    found = amdahl(points(COUNTS, [0.0] * 6, sd=0.001))
    assert found.serial_share.value == pytest.approx(1.0, abs=0.01)


def test_more_than_linear_gains_have_no_serial_share_and_say_how_far_they_are_off():
    found = amdahl(points(COUNTS, [-1.3 * math.log(n) for n in COUNTS], sd=0.001))
    assert found.serial_share.value == 0.0
    assert found.off > 0.3


def test_the_same_launches_give_the_same_intervals():
    assert universal(measured(0.1, 0.01)) == universal(measured(0.1, 0.01))


def scattered(seconds, seed):
    return np.log(seconds) + np.random.default_rng(seed).normal(0, 0.01, 4)


def test_cost_is_the_first_number_of_workers_that_beats_one_core():
    times = [scattered(seconds, place) for place, seconds in enumerate([30.0, 16.0, 9.0, 5.0])]
    cost = cost_of("loop", scattered(10.0, 9), [1, 2, 4, 8], times)
    assert (cost.workers, cost.single, cost.unknown) == (4, "loop", [])
    assert cost.single_s == pytest.approx(10.0, rel=0.02)


def test_cost_may_be_more_than_was_measured():
    cost = cost_of("loop", scattered(10.0, 9), [1, 2], [scattered(30.0, 1), scattered(16.0, 2)])
    assert cost.workers is None


def test_numbers_of_workers_that_cannot_be_told_from_one_core_are_said():
    times = [scattered(30.0, 1), scattered(10.0, 9), scattered(5.0, 3)]
    assert cost_of("loop", scattered(10.0, 9), [1, 2, 4], times).unknown == [2]


def test_the_best_single_core_variant_keeps_to_one_core():
    times = {"loop": scattered(10.0, 1), "sharing": scattered(4.0, 2), "threads": scattered(2.0, 3)}
    assert best_single(times, {"loop": 1.0, "sharing": 1.02, "threads": 1.9}) == "sharing"
    assert best_single(times, {"threads": 1.9}) is None
