"""What the peers' own code says of made times, in their environment."""

import numpy as np
import pytest

from harness.calibrate.peers import PEERS

GRID = np.round(np.arange(-0.3, 0.6, 0.005), 4)


def times(count, seed, ratio=1.0, sd=0.02):
    """Of a function of 10 ms, as they might be recorded."""
    return (0.01 * ratio * np.exp(np.random.default_rng(seed).normal(0.0, sd, count))).tolist()


def scaled(times_s, factor):
    return [float(time_s * factor) for time_s in times_s]


def judged(peer, pairs, *thresholds):
    return peer.judge(pairs, thresholds or [peer.threshold])


@pytest.fixture(params=PEERS)
def peer(request, place):
    return PEERS[request.param]


def test_half_as_slow_again_is_slower_and_the_same_is_not_different(peer):
    first = times(40, seed=1)
    again = times(40, seed=1)
    ((slower, faster, same),) = judged(peer, [(first, times(40, 2, 1.5)), (times(40, 2, 1.5), first), (first, again)])
    assert (slower.slower, slower.faster, slower.flagged) == (True, False, True)
    assert (faster.slower, faster.faster, faster.flagged) == (False, True, True)
    assert (same.slower, same.faster, same.flagged) == (False, False, False)
    assert slower.log_ratio == pytest.approx(np.log(1.5), abs=0.03)
    assert slower.log_ratio == pytest.approx(-faster.log_ratio)
    assert slower.statistic == pytest.approx(faster.statistic)
    assert slower.critical < 0 < same.critical < faster.critical


def test_critical_is_where_a_literal_scan_finds_the_first_slow_down_that_is_called_slower(peer):
    pairs = [(times(30, seed), times(30, 100 + seed, 1 + 0.04 * (seed - 1))) for seed in range(3)]
    (found,) = judged(peer, pairs)
    scan = [(first, scaled(second, 1 + extra)) for first, second in pairs for extra in GRID]
    (said,) = judged(peer, scan)
    for number, each in enumerate(found):
        called = [each.slower for each in said[number * len(GRID) : (number + 1) * len(GRID)]]
        first = called.index(True)
        assert all(called[first:]), "once called slower, more is called slower too"
        assert GRID[first - 1] - 2e-4 <= each.critical <= GRID[first] + 2e-4
        assert each.slower == (each.critical <= 0)


def test_the_statistic_is_the_largest_threshold_at_which_two_versions_are_called_different(peer):
    pair = (times(40, 1), times(40, 2, 0.8))
    ((judgement,),) = judged(peer, [pair])
    below, above = judgement.statistic * (1 - 1e-6), judgement.statistic * (1 + 1e-6)
    (under,), (over,) = judged(peer, [pair], below, above)
    assert under.flagged
    assert not over.flagged


def test_times_that_are_all_equal_are_judged_too(peer):
    ((judgement,),) = judged(peer, [([0.01] * 10, [0.01] * 10)])
    assert not judgement.slower
    assert not judgement.faster


def test_a_slow_down_that_even_fourfold_would_not_be_seen_has_no_critical(place):
    ((judgement,),) = judged(PEERS["asv"], [([0.01, 0.03, 0.1], [0.01, 0.03, 0.1])])
    assert judgement.critical is None


def test_welch_is_the_test_that_is_written_in_textbooks(place):
    from scipy.special import betainc

    first, second = np.array(times(12, 5)), np.array(times(9, 6, 1.02, 0.05))
    shares = first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)
    t = (second.mean() - first.mean()) / np.sqrt(sum(shares))
    freedom = sum(shares) ** 2 / (shares[0] ** 2 / (len(first) - 1) + shares[1] ** 2 / (len(second) - 1))
    p = betainc(freedom / 2, 0.5, freedom / (freedom + t * t))
    ((judgement,),) = judged(PEERS["hyperfine"], [(first.tolist(), second.tolist())])
    assert judgement.statistic == pytest.approx(-np.log10(p))


def test_pyperf_with_a_min_speed_lets_smaller_differences_pass(place):
    pair = (times(60, 1, sd=0.001), times(60, 2, 1.03, sd=0.001))
    (without,), (with_two,), (with_four,) = judged(PEERS["pyperf"], [pair], 0.0, 2.0, 4.0)
    assert (without.slower, with_two.slower, with_four.slower) == (True, True, False)
