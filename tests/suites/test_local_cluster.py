"""The cluster that suites measure."""

from __future__ import annotations

import os

import pytest

pytest.importorskip("distributed")


def threads():
    """Of each number library of a worker."""
    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((8, 8)) @ np.ones((8, 8))
    return [library["num_threads"] for library in threadpool_info()]


def test_each_worker_has_one_blas_thread_whatever_the_run_has_set(monkeypatch):
    from benchmarks.local_cluster import local_cluster

    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with local_cluster(2) as client:
        found = client.run(threads)
        assert (os.environ["OMP_NUM_THREADS"], os.environ["OPENBLAS_NUM_THREADS"]) == ("2", "2")
        assert "MKL_NUM_THREADS" not in os.environ
    assert len(found) == 2
    assert all(each and set(each) == {1} for each in found.values()), found
