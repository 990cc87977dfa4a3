"""Where the measuring thread begins a turn."""

import os
import sys
from pathlib import Path

import pytest

from harness_probe.core import begin_on

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="cores are chosen on Linux")

TRIES = 50
WHERE = """
    import os

    def where():
        with open("/proc/thread-self/stat") as stat:
            return int(stat.read().rpartition(")")[2].split()[36]), sorted(os.sched_getaffinity(0))

    def test_where(benchmark):
        core, allowed = benchmark(where)
        benchmark.extra_info["answer"] = {"core": core, "allowed": allowed}
"""


def here():
    return int(Path("/proc/thread-self/stat").read_text().rpartition(")")[2].split()[36])


def arrives(core):
    """Whether it does at least once: on a busy machine the kernel may move it on at once."""
    for _ in range(TRIES):
        begin_on(core)
        if here() == core:
            return True
    return False


def test_a_turn_begins_on_the_core_that_is_named_and_may_go_on_on_any():
    allowed = os.sched_getaffinity(0)
    for core in sorted(allowed):
        assert arrives(core)
        assert os.sched_getaffinity(0) == allowed


@pytest.mark.parametrize("core", [None, 100_000, -1])
def test_where_there_is_no_such_core_nothing_moves(core):
    allowed = os.sched_getaffinity(0)
    begin_on(core)
    assert os.sched_getaffinity(0) == allowed


def test_a_core_outside_what_the_suite_left_itself_is_none():
    allowed = os.sched_getaffinity(0)
    if len(allowed) < 2:
        pytest.skip("needs two cores")
    first, second = sorted(allowed)[:2]
    os.sched_setaffinity(0, {first})
    try:
        begin_on(second)
        assert os.sched_getaffinity(0) == {first}
    finally:
        os.sched_setaffinity(0, allowed)


def test_a_held_test_begins_its_turns_where_the_conductor_says(suite):
    allowed = sorted(os.sched_getaffinity(0))
    for core in allowed:
        for _ in range(TRIES):
            probe = suite.hold(WHERE, "test_where")
            probe.ready()
            probe.ask(do="turn", calls=1, core=core)
            answer = probe.finish()["answer"]
            assert answer["allowed"] == allowed
            if answer["core"] == core:
                break
        else:
            pytest.fail(f"never began on core {core}")
