"""The ways of clustering the same points that are compared.

In *same start* every variant begins at the same centers and does the same number of iterations, and ends with its
centers and labels in the memory of the calling process. All begin with the points there, too: a cluster has to start
and to fetch them, and that is part of its time, as it is for whoever has data on one machine and asks whether a
cluster pays. The parts tell what of it is paid once (start, distribution, end) and what with every fit (computation).
"""
# ruff: noqa: N803, N806  X is scikit-learn's word for the samples

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import dask
import dask.array as da
import numpy as np
from dask_ml.cluster import KMeans as DaskKMeans
from distributed import wait
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from threadpoolctl import threadpool_limits

from benchmarks.cores import available_cores
from benchmarks.kmeans.blobs import CENTERS, FEATURES, Blobs, Floats
from benchmarks.local_cluster import local_cluster
from benchmarks.threads import plain_threads


@dataclass(frozen=True)
class Clustering:
    """What one call found: centers, each point's label, iterations done, and the parts of its time in seconds."""

    centers: Floats
    labels: NDArray[np.integer]
    iterations: int
    parts_s: dict[str, float]


SameStart = Callable[[Blobs, int, int], Clustering]  # points, iterations, workers: threads or processes
OwnStart = Callable[[Blobs], Clustering]


def sklearn_one_core(blobs: Blobs, iterations: int, _: int) -> Clustering:
    return sklearn_threads(blobs, iterations, 1)


def sklearn_threads(blobs: Blobs, iterations: int, workers: int) -> Clustering:
    with threadpool_limits(workers):
        return sklearn_all_cores(blobs, iterations, workers)


def sklearn_all_cores(blobs: Blobs, iterations: int, _: int) -> Clustering:
    """Lloyd's algorithm, on as many threads as OpenMP is allowed."""
    model = KMeans(CENTERS, init=blobs.start, n_init=1, max_iter=iterations, tol=0, algorithm="lloyd")
    return _timed_fit(model, blobs.points)


def dask_ml_threads(blobs: Blobs, iterations: int, workers: int) -> Clustering:
    """On the blocks as they were made: the chunks that whoever follows a tutorial gets."""
    return _on_threads(_same_start(blobs, iterations), blobs, blobs.block_rows, workers)


def dask_ml_few_chunks(blobs: Blobs, iterations: int, workers: int) -> Clustering:
    """As a Dask expert would set it: one chunk per thread, and one BLAS and OpenMP thread to each."""
    with plain_threads(workers) as threads, dask.config.set(pool=threads):
        return _on_threads(_same_start(blobs, iterations), blobs, -(-blobs.rows // workers), workers)


def dask_ml_cluster(blobs: Blobs, iterations: int, workers: int) -> Clustering:
    """Worker processes; the blocks go from this process to them once, and stay there until the cluster is closed."""
    began = perf_counter()
    with local_cluster(workers) as client:
        started = perf_counter()
        rows = blobs.block_rows
        blocks = [blobs.points[first : first + rows] for first in range(0, blobs.rows, rows)]
        held = client.scatter(blocks, direct=True, hash=False)
        wait(held)
        X = da.concatenate([da.from_delayed(block, (rows, FEATURES), float) for block in held])
        distributed = perf_counter()
        clustering = _timed_fit(_same_start(blobs, iterations), X)
        computed = perf_counter()
    parts_s = {"cluster start": started - began, "distribution": distributed - started}
    parts_s |= clustering.parts_s | {"cluster end": perf_counter() - computed}
    return replace(clustering, parts_s=parts_s)


def lecture_dask_ml(blobs: Blobs) -> Clustering:
    """The lecture's call: n_clusters isn't given, so it is 8, on points around 12 centers."""
    model = DaskKMeans(init_max_iter=3, oversampling_factor=10, random_state=0)
    return _on_threads(model, blobs, blobs.block_rows, available_cores())


def lecture_sklearn(blobs: Blobs) -> Clustering:
    """One start by k-means++, with scikit-learn's default of 8 clusters."""
    return _timed_fit(KMeans(init="k-means++", random_state=0), blobs.points)


def lecture_minibatch(blobs: Blobs) -> Clustering:
    """One start by k-means++ on a sample, then batches of 1,024 points; 8 clusters."""
    return _timed_fit(MiniBatchKMeans(random_state=0), blobs.points)


def _same_start(blobs: Blobs, iterations: int) -> DaskKMeans:
    return DaskKMeans(CENTERS, init=blobs.start, max_iter=iterations, tol=0)


def _on_threads(model: DaskKMeans, blobs: Blobs, chunk_rows: int, threads: int) -> Clustering:
    """The chunks are views of the points in memory: data that has to be rebuilt would be rebuilt in each iteration."""
    X = da.from_array(blobs.points, chunks=(chunk_rows, FEATURES), name=False)
    with dask.config.set(scheduler="threads", num_workers=threads):
        return _timed_fit(model, X)


def _timed_fit(model: Any, X: Any) -> Clustering:
    """dask-ml leaves the labels to be computed when they are asked for; scikit-learn has them: both owe them here."""
    began = perf_counter()
    model.fit(X)
    centers, labels = np.asarray(model.cluster_centers_), np.asarray(model.labels_)
    return Clustering(centers, labels, model.n_iter_, {"computation": perf_counter() - began})


SAME_START: dict[str, SameStart] = {
    "sklearn-1-core": sklearn_one_core,
    "sklearn-all-cores": sklearn_all_cores,
    "dask-ml-threads": dask_ml_threads,
    "dask-ml-few-chunks": dask_ml_few_chunks,
    "dask-ml-cluster": dask_ml_cluster,
}
BY_WORKERS: dict[str, SameStart] = {"sklearn-1-core": sklearn_one_core, "sklearn-threads": sklearn_threads} | {
    name: variant for name, variant in SAME_START.items() if name.startswith("dask-ml")
}
OWN_START: dict[str, OwnStart] = {
    "sklearn": lecture_sklearn,
    "dask-ml": lecture_dask_ml,
    "minibatch": lecture_minibatch,
}
