"""The ways that use Dask, and with them all that are compared."""

from __future__ import annotations

from time import perf_counter

from dask_ml.model_selection import GridSearchCV as DaskGridSearchCV
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from benchmarks.cores import available_cores
from benchmarks.grid_search.grids import Data, Grid
from benchmarks.grid_search.prefix_cached import Search
from benchmarks.grid_search.variants import (
    Parts,
    Variant,
    fitted,
    naive,
    prefix_cached,
    sklearn_all_cores,
    sklearn_memory_all_cores,
    sklearn_memory_one_core,
    sklearn_one_core,
)
from benchmarks.local_cluster import local_cluster


def dask_ml_threads(pipeline: Pipeline, grid: Grid, data: Data, _: Parts) -> Search:
    """As it comes: its mean scores are weighted by fold size, so they differ where folds are of unequal size.

    BLAS has one thread for each of Dask's, which are as many as cores.
    """
    search = DaskGridSearchCV(pipeline, grid, cv=data.folds, scheduler="threads", n_jobs=available_cores())
    with threadpool_limits(1):
        return fitted(search, data)


def dask_ml_threads_iid_false(pipeline: Pipeline, grid: Grid, data: Data, _: Parts) -> Search:
    search = DaskGridSearchCV(pipeline, grid, cv=data.folds, iid=False, scheduler="threads", n_jobs=available_cores())
    with threadpool_limits(1):
        return fitted(search, data)


def dask_ml_cluster(pipeline: Pipeline, grid: Grid, data: Data, parts_s: Parts) -> Search:
    """With the start and the end of its cluster. The documents travel with the tasks: no part of their own."""
    began = perf_counter()
    with local_cluster(available_cores()) as client:
        started = perf_counter()
        search = fitted(DaskGridSearchCV(pipeline, grid, cv=data.folds, iid=False, scheduler=client), data)
        computed = perf_counter()
    parts_s |= {"cluster start": started - began, "computation": computed - started}
    parts_s["cluster end"] = perf_counter() - computed
    return search


FEW: dict[str, Variant] = {
    "naive": naive,
    "sklearn-1-core": sklearn_one_core,
    "sklearn-all-cores": sklearn_all_cores,
    "dask-ml-threads": dask_ml_threads,
    "dask-ml-threads-iid-false": dask_ml_threads_iid_false,
    "prefix-cached": prefix_cached,
}
ALL: dict[str, Variant] = FEW | {
    "sklearn-memory-1-core": sklearn_memory_one_core,
    "sklearn-memory-all-cores": sklearn_memory_all_cores,
    "dask-ml-cluster": dask_ml_cluster,
}
