"""Threads and processes of suites that share the cores, and start none of their own beside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from benchmarks.grid_search.prefix_cached import tasks_on

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads are counted in /proc")

# OpenMP has one thread on one core anyway, unless the variable says otherwise before it is loaded.
IN_PLAIN_THREADS = """
import json, threading
import numpy, sklearn.cluster
from threadpoolctl import threadpool_info
from benchmarks.threads import plain_threads

def widths():
    return {library["user_api"]: library["num_threads"] for library in threadpool_info()}

def together(barrier):
    barrier.wait(60)
    return threading.get_ident(), widths()

before = widths()
with plain_threads(2) as threads:
    barrier = threading.Barrier(2)
    within = [task.result() for task in [threads.submit(together, barrier) for _ in range(2)]]
print(json.dumps({"before": before, "within": within, "after": widths()}))
"""


def test_in_plain_threads_number_libraries_have_one_thread_each_and_afterwards_as_many_as_before():
    settings = os.environ | {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", IN_PLAIN_THREADS], cwd=ROOT, env=settings, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["before"] == found["after"]
    assert set(found["before"].values()) == {2}
    assert len({thread for thread, _ in found["within"]}) == 2
    for _, widths in found["within"]:
        assert widths == {"blas": 1, "openmp": 1}


@pytest.fixture
def two_each():
    """As a run sets them on two cores."""
    with threadpool_limits(2):
        yield


def widest() -> int:
    """Threads of the number library of this process that has the most."""
    np.ones((8, 8)) @ np.ones((8, 8))
    return max(library["num_threads"] for library in threadpool_info())


def threads_alive() -> int:
    """Of this process, after a product that BLAS would spread over several."""
    np.ones((300, 300)) @ np.ones((300, 300))
    return len(list(Path("/proc/self/task").iterdir()))


@linux
@pytest.mark.usefixtures("two_each")
def test_a_forked_process_of_the_prefix_cached_search_has_one_thread_and_starts_no_other():
    threads_alive()
    with tasks_on(2, "fork") as submit:
        assert submit(threads_alive).result() == 1
    assert widest() > 1


def test_a_fresh_process_of_the_prefix_cached_search_has_one_thread_of_each_library(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    with tasks_on(2, "spawn") as submit:
        assert submit(widest).result() == 1
    assert os.environ["OMP_NUM_THREADS"] == os.environ["OPENBLAS_NUM_THREADS"] == "2"


def test_on_one_core_a_task_is_done_at_once():
    with tasks_on(1) as submit:
        assert submit(sum, (1, 2)).result() == 3
