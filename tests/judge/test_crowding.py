"""More threads than cores: what is worth telling."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from harness.judge.crowding import crowding_of
from harness.record.schema import Running


def running(looks, cores=2, crowded=(2, 2)):
    return Running(cores=cores, looks=looks, crowded=list(crowded))


def test_nobody_looked_or_nothing_was_crowded():
    assert crowding_of(None) is None
    assert crowding_of(running([3, 20, 40], crowded=())) is None
    assert crowding_of(running([])) is None


def test_more_threads_than_cores_are_told_with_their_median_and_most():
    found = crowding_of(running([1, 0, 4, 3, 11, 1]))
    assert (found.share, found.looks, found.threads, found.most_threads) == (15 / 20, 20, 4, 5)
    assert (found.cores, found.processes) == (2, [2, 2])


def test_a_heartbeat_now_and_then_is_no_finding():
    assert crowding_of(running([0, 5, 51, 6])) is None
    assert crowding_of(running([0, 5, 55, 39])) is None
    assert crowding_of(running([0, 5, 55, 40])) is not None
    assert crowding_of(running([0, 40, 40, 0, 20])) is not None


def test_two_looks_are_too_few():
    assert crowding_of(running([0, 0, 0, 0, 2])) is None


@given(st.integers(1, 4), st.lists(st.integers(0, 30), max_size=10))
def test_it_agrees_with_counting_one_look_after_the_other(cores, looks):
    seen = [threads for threads, count in enumerate(looks) for _ in range(count)]
    over = [threads for threads in seen if threads > cores]
    found = crowding_of(running(looks, cores))
    if len(over) < 3 or sum(threads - cores for threads in over) / (len(seen) * cores) < 0.2:
        assert found is None
        return
    assert found.share == len(over) / len(seen)
    assert found.threads == statistics.median_low(over)
    assert found.most_threads == max(over)
