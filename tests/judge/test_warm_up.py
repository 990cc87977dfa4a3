"""Warm-up by a change point over the launches, and what never becomes steady."""

import math

import numpy as np
import pytest

from harness.judge.warm_up import AMONG_BLOCKS, AMONG_LAUNCHES, WarmUp, step, warm_up
from harness.record.schema import Phase

from .making import a_sample

NOISES = {
    "normal": lambda random, n: random.normal(0, 0.02, n),
    "heavy tails": lambda random, n: 0.02 * random.standard_t(2, n),
    "neighbours alike": lambda random, n: alike(random, n, 0.6),
    "two levels": lambda random, n: random.normal(0, 0.01, n) + 0.1 * (random.random(n) < 0.3),
}


def alike(random, n, correlation):
    """A stationary series whose neighbours correlate."""
    values = random.normal(0, 0.02, n)
    values[0] /= math.sqrt(1 - correlation**2)
    for at in range(1, n):
        values[at] += correlation * values[at - 1]
    return values


def launches_of(random, launches, blocks, *, noise="normal", shape=()):
    """Series with an effect of each launch; shape: the logarithm of what the first blocks take longer."""
    series = [NOISES[noise](random, blocks) + random.normal(0, 0.03) for _ in range(launches)]
    for each in series:
        each[: len(shape)] += shape
    return series


def samples_of(**series):
    return [
        a_sample(name, math.exp(log), launch=launch, block=block + 2)
        for name, launches in series.items()
        for launch, logs in enumerate(launches)
        for block, log in enumerate(logs)
    ]


def literal_step(launches):
    """Word for word: every place, every rank counted, every pair of neighbours multiplied."""
    launches = [list(each) for each in launches if len(each) > 1]
    if len(launches) < 3:
        return None
    ranks = []
    for each in launches:
        of = [sum(other < value for other in each) + (sum(other == value for other in each) + 1) / 2 for value in each]
        ranks.append([rank - (len(each) + 1) / 2 for rank in of])
    longest = max(map(len, launches))
    common = [sum(of[at] for of in ranks if len(of) > at) / sum(len(of) > at for of in ranks) for at in range(longest)]
    products, squares = [], []
    for of in ranks:
        own = [rank - common[at] for at, rank in enumerate(of)]
        own = [each - sum(own) / len(own) for each in own]
        squares += [each**2 for each in own]
        products += [own[at] * own[at + 1] for at in range(len(own) - 1)]
    inflation = 1.0
    if sum(squares) > 0:
        seen = (sum(products) / len(products)) / (sum(squares) / len(squares))
        typical = len(squares) / len(ranks)
        r = min(0.95, max(0.0, (typical * seen + 1) / max(1.0, typical - 4)))
        inflation = (1 + r) / (1 - r)
    best, at = -1.0, 0
    for place in range(1, longest):
        on = [of for of in ranks if len(of) > place]
        variance = sum(place * (len(of) - place) * (len(of) + 1) / 12 for of in on)
        score = abs(sum(sum(of[:place]) for of in on)) / math.sqrt(variance * inflation) if len(on) >= 3 else 0.0
        if score > best + 1e-12:
            best, at = score, place
    if (longest - 1) * math.erfc(best / math.sqrt(2)) > AMONG_BLOCKS:
        return None
    from scipy import stats

    rises = [sum(each[:at]) / at - sum(each[at:]) / (len(each) - at) for each in launches if len(each) > at]
    return at if stats.ttest_1samp(rises, 0).pvalue <= AMONG_LAUNCHES else None


@pytest.mark.parametrize("seed", range(40))
def test_a_step_is_found_where_the_literal_version_finds_it(seed):
    random = np.random.default_rng([1, seed])
    shape = [random.choice([0.0, 0.03, 0.06, 0.2])] * int(random.integers(1, 6))
    series = [
        launches_of(random, 1, int(random.integers(5, 16)), shape=shape, noise="neighbours alike")[0]
        for _ in range(int(random.integers(2, 9)))
    ]
    if seed % 4 == 0:
        series = [np.round(each, 2) for each in series]
    assert step(series) == literal_step(series)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize(("launches", "blocks"), [(3, 20), (5, 6), (10, 12)])
def test_without_a_warm_up_nothing_is_dropped(noise, launches, blocks):
    """In 99 % of series."""
    random = np.random.default_rng(11)
    found = [step(launches_of(random, launches, blocks, noise=noise)) for _ in range(500)]
    assert sum(each is not None for each in found) <= 5


def test_what_drifts_otherwise_in_each_launch_is_seldom_called_anything():
    random = np.random.default_rng(12)
    found = []
    for _ in range(500):
        slopes = random.normal(0, 0.005, 8)
        found.append(step([random.normal(0, 0.02, 15) + slope * np.arange(15) for slope in slopes]))
    assert sum(each is not None for each in found) <= 15


@pytest.mark.parametrize(("launches", "blocks", "share"), [(4, 20, 0.95), (5, 6, 0.9), (6, 10, 0.95), (30, 60, 0.95)])
def test_ten_per_cent_over_three_blocks_are_found_in_noise_of_two(launches, blocks, share):
    random = np.random.default_rng(13)
    shape = [math.log(1.1)] * 3
    found = [step(launches_of(random, launches, blocks, shape=shape), chance=0.5) for _ in range(100)]
    assert sum(each == 3 for each in found) >= 100 * share


def test_three_launches_mostly_find_a_warm_up_of_a_fifth():
    random = np.random.default_rng(14)
    found = [step(launches_of(random, 3, 20, shape=[0.2] * 3)) for _ in range(100)]
    assert sum(each == 3 for each in found) >= 80


def test_a_warm_up_that_fades_is_dropped_in_steps():
    random = np.random.default_rng(15)
    series = launches_of(random, 10, 40, shape=[0.5, 0.3, 0.18, 0.1, 0.06])
    found = warm_up(samples_of(naive=series), ["naive"])
    assert found.blocks >= 4
    assert found.unsteady == ()


def test_first_blocks_that_are_faster_are_warm_up_too():
    series = launches_of(np.random.default_rng(16), 8, 20, shape=[-0.2] * 4)
    assert warm_up(samples_of(naive=series), ["naive"]) == WarmUp(blocks=4)


def test_a_case_takes_the_longest_warm_up_of_its_variants():
    random = np.random.default_rng(17)
    series = {
        "naive": launches_of(random, 8, 20),
        "short": launches_of(random, 8, 20, shape=[0.2] * 2),
        "long": launches_of(random, 8, 20, shape=[0.2] * 5),
    }
    assert warm_up(samples_of(**series), list(series)) == WarmUp(blocks=5)


@pytest.mark.parametrize("late", ["drift", "step"])
def test_a_variant_that_changes_late_reaches_no_steady_state_and_nothing_is_dropped_for_it(late):
    random = np.random.default_rng(18)
    change = 0.02 * np.arange(20) if late == "drift" else np.where(np.arange(20) < 14, 0.0, 0.2)
    series = {
        "naive": launches_of(random, 8, 20, shape=[0.2] * 2),
        "late": [each + change for each in launches_of(random, 8, 20)],
    }
    assert warm_up(samples_of(**series), list(series)) == WarmUp(blocks=2, unsteady=("late",))


def test_launches_of_other_lengths_take_part_as_far_as_they_go():
    random = np.random.default_rng(19)
    series = [each[: 4 + launch] for launch, each in enumerate(launches_of(random, 12, 20, shape=[0.2] * 2))]
    assert warm_up(samples_of(naive=series), ["naive"]) == WarmUp(blocks=2)


@pytest.mark.parametrize(
    "series",
    [
        [],
        [np.array([1.0, 0.0])] * 2,
        [np.array([1.0])] * 10,
        [np.array([1.0, 0.0])] * 3,
        [np.zeros(20)] * 10,
        [np.array([])] * 3,
    ],
)
def test_too_little_to_tell_is_no_warm_up(series):
    assert warm_up(samples_of(naive=series), ["naive"]) == WarmUp()


def test_launches_that_agree_to_the_last_digit_are_no_trouble():
    series = [np.array([0.1] * 3 + [0.0] * 17)] * 4
    assert warm_up(samples_of(naive=series), ["naive"]) == WarmUp(blocks=3)


def test_only_measured_samples_are_looked_at():
    random = np.random.default_rng(20)
    samples = samples_of(naive=launches_of(random, 8, 20))
    cold = [a_sample("naive", 9.0, launch=launch, block=1, phase=Phase.WARM_UP) for launch in range(8)]
    assert warm_up([*cold, *samples], ["naive"]) == WarmUp()
    assert warm_up(samples, ["unheard-of"]) == WarmUp()
