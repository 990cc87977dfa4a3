"""Threads and processes of suites that share the cores, and start none of their own beside."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from benchmarks.grid_search.prefix_cached import tasks_on
from benchmarks.threads import plain_threads

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads are counted in /proc")


@pytest.fixture
def two_each():
    """As a run sets them on two cores."""
    with threadpool_limits(2):
        yield


def widest() -> int:
    """Threads of the number library that has the most in the calling thread."""
    np.ones((8, 8)) @ np.ones((8, 8))
    return max(library["num_threads"] for library in threadpool_info())


def openmp_threads() -> int:
    """As scikit-learn asks for them, in the thread that asks."""
    from sklearn.utils._openmp_helpers import _openmp_effective_n_threads

    return _openmp_effective_n_threads()


@pytest.mark.usefixtures("two_each")
def test_in_plain_threads_number_libraries_have_one_thread_each_and_afterwards_as_many_as_before():
    before = widest()
    with plain_threads(2) as threads:
        assert [threads.submit(widest).result() for _ in range(2)] == [1, 1]
        # OpenMP's limit holds in the thread that sets it alone: the caller's own would not be enough.
        assert [threads.submit(openmp_threads).result() for _ in range(2)] == [1, 1]
    assert widest() == before > 1


def threads_alive() -> int:
    """Of this process, after a product that BLAS would spread over several."""
    np.ones((300, 300)) @ np.ones((300, 300))
    return len(list(Path("/proc/self/task").iterdir()))


@linux
@pytest.mark.usefixtures("two_each")
def test_a_process_of_the_prefix_cached_search_has_one_thread_and_starts_no_other():
    threads_alive()
    with tasks_on(2) as submit:
        assert submit(threads_alive).result() == 1
    assert widest() > 1


def test_on_one_core_a_task_is_done_at_once():
    with tasks_on(1) as submit:
        assert submit(sum, (1, 2)).result() == 3
