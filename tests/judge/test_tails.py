"""Slow calls that tell another story than the typical ones, tested by launches."""

import math

import numpy as np
import pytest

from harness.judge.tails import tails_of

NOISES = {
    "normal": lambda random, n: random.normal(0, 0.03, n),
    "heavy tails": lambda random, n: 0.05 * random.standard_t(2, n),
    "a hog that comes and goes": lambda random, n: random.normal(0, 0.02, n) + 0.5 * (random.random(n) < 0.2),
}


def pairs_of(random, launches=8, blocks=20, *, noise="normal", ratio=1.0, slow=0.0):
    """Times of two variants beside each other. slow: the share of the first one's calls that take ten times as long."""
    pairs = {}
    for launch in range(launches):
        base = np.exp(NOISES[noise](random, blocks))
        ours = ratio * math.exp(random.normal(0, 0.03)) * np.exp(NOISES[noise](random, blocks))
        pairs[launch] = (ours * np.where(random.random(blocks) < slow, 10.0, 1.0), base)
    return pairs


def test_a_rare_tenfold_call_is_flagged_though_the_ratio_does_not_move():
    found = tails_of(pairs_of(np.random.default_rng(1), slow=0.1), 0.02)
    assert [tail.figure for tail in found] == ["mean", "95th percentile"]
    assert found[0].ratio == pytest.approx(1.9, rel=0.3)
    assert found[0].excess.low > 1.2


def test_the_baselines_slow_calls_are_flagged_too():
    pairs = {launch: (b, a) for launch, (a, b) in pairs_of(np.random.default_rng(1), slow=0.1).items()}
    assert all(tail.ratio < 0.7 for tail in tails_of(pairs, 0.02))
    assert tails_of(pairs, 0.02)


def test_what_is_found_agrees_with_the_literal_version():
    from scipy import stats

    random = np.random.default_rng(2)
    pairs = pairs_of(random, launches=12, blocks=7, slow=0.15)
    excesses, logs = [], []
    for ours, theirs in pairs.values():
        ratios = [math.log(a / b) for a, b in zip(ours, theirs, strict=True)]
        walsh = sorted((ratios[i] + ratios[j]) / 2 for i in range(7) for j in range(i, 7))
        logs.append(math.log(sum(ours) / sum(theirs)))
        excesses.append(logs[-1] - (walsh[13] + walsh[14]) / 2)
    low, high = stats.t.interval(0.975, 11, np.mean(excesses), np.std(excesses, ddof=1) / math.sqrt(12))
    (mean,) = (tail for tail in tails_of(pairs, 0.02) if tail.figure == "mean")
    assert mean.ratio == pytest.approx(math.exp(np.mean(logs)))
    assert (mean.excess.low, mean.excess.high) == pytest.approx((math.exp(low), math.exp(high)))


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize(("launches", "blocks"), [(3, 5), (6, 3), (10, 20)])
def test_equal_tails_are_called_different_in_at_most_five_per_cent(noise, launches, blocks):
    random = np.random.default_rng([3, launches])
    alarms = sum(bool(tails_of(pairs_of(random, launches, blocks, noise=noise, ratio=0.5), 0.02)) for _ in range(200))
    assert alarms <= 15


def test_an_excess_within_the_margin_is_no_story():
    random = np.random.default_rng(4)
    pairs = pairs_of(random, launches=30, slow=0.02)
    assert tails_of(pairs, 0.02)
    assert tails_of(pairs, 5.0) == []


@pytest.mark.parametrize(("launches", "blocks"), [(0, 5), (2, 20), (30, 1)])
def test_too_few_launches_or_blocks_tell_no_story(launches, blocks):
    assert tails_of(pairs_of(np.random.default_rng(5), launches, blocks, slow=0.5), 0.02) == []


def test_launches_that_agree_to_the_last_digit_are_no_trouble():
    ours = np.array([1.0, 1.0, 1.0, 10.0])
    assert [tail.figure for tail in tails_of({k: (ours, np.ones(4)) for k in range(3)}, 0.02)] == [
        "mean",
        "95th percentile",
    ]
    assert tails_of({k: (np.ones(4), np.ones(4)) for k in range(3)}, 0.02) == []
