"""A Dask cluster on this machine: one worker process per core."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client, LocalCluster

# As dask's own defaults have them (`distributed.nanny.pre-spawn-environ`).
ONE_THREAD_EACH = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextmanager
def local_cluster(cores: int) -> Iterator[Client]:
    """A client whose workers have all arrived; the cluster is closed at the end.

    One thread per worker (`cluster_shape`), and one BLAS thread each: the same cores as any other variant has.
    """
    with settings(ONE_THREAD_EACH):
        cluster = LocalCluster(
            n_workers=cores,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": ":0"},  # no dashboard, and no quarrel about its usual port
            silence_logs=logging.CRITICAL,
        )
    with cluster, Client(cluster) as client:
        client.wait_for_workers(cores)
        yield client


@contextmanager
def settings(wanted: dict[str, str]) -> Iterator[None]:
    """With these variables for what is started meanwhile. Dask's defaults for its workers yield to what is set already,
    and a run sets the threads of BLAS for all that it measures.
    """
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
