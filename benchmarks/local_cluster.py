"""A Dask cluster on this machine: one worker process per core."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client, LocalCluster

from benchmarks.threads import one_thread_in_new_processes


@contextmanager
def local_cluster(cores: int) -> Iterator[Client]:
    """A client whose workers have all arrived; the cluster is closed at the end.

    One thread per worker (`cluster_shape`), and one BLAS thread each: the same cores as any other variant has.
    """
    with one_thread_in_new_processes():
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
