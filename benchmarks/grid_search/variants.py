"""The ways of doing one search that are compared. All use the same folds and the same random state.

Those of Dask are in `dask_variants.py`: importing it takes as long as all else here, and the curves don't need it.
"""
# ruff: noqa: N806  X is scikit-learn's word for the samples

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from joblib import parallel_config
from joblib.externals.loky import get_reusable_executor
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, ParameterGrid
from sklearn.pipeline import Pipeline

from benchmarks.cores import available_cores
from benchmarks.grid_search.counting import counts
from benchmarks.grid_search.grids import Case, Data, Grid
from benchmarks.grid_search.prefix_cached import Search, prefix_cached_search

Parts = dict[str, float]
Variant = Callable[[Pipeline, Grid, Data, Parts], Search]


@dataclass(frozen=True)
class Outcome:
    """What one call of a variant found, how often its steps ran, and the parts of its time in seconds."""

    search: Search
    counters: dict[str, int]
    parts_s: Parts = field(default_factory=dict)


def run(variant: Variant, case: Case, data: Data) -> Outcome:
    """One call, its refit included, with fresh counters."""
    parts_s: Parts = {}
    with TemporaryDirectory(prefix="tallies-") as tallies:
        search = variant(case.pipeline(tallies), case.grid, data, parts_s)
        counters = counts(Path(tallies))
    for _, step in search.estimator.steps:
        step.set_params(
            tally=""
        )  # the folder is gone, and what is asked of the estimator from here on isn't the search
    return Outcome(search, counters, parts_s)


def naive(pipeline: Pipeline, grid: Grid, data: Data, _: Parts) -> Search:
    """Every step fitted anew for every candidate and fold, one after the other."""
    candidates = list(ParameterGrid(grid))
    X, y = data.X, data.y
    scores = [
        [clone(pipeline).set_params(**params).fit(X[train], y[train]).score(X[test], y[test])
         for train, test in data.folds]
        for params in candidates
    ]  # fmt: skip
    means = np.mean(scores, axis=1)
    best = candidates[int(means.argmax())]
    return Search(clone(pipeline).set_params(**best).fit(X, y), best, means.tolist(), np.array(scores))


def sklearn_one_core(pipeline: Pipeline, grid: Grid, data: Data, _: Parts) -> Search:
    return fitted(GridSearchCV(pipeline, grid, cv=data.folds, n_jobs=1), data)


def sklearn_all_cores(pipeline: Pipeline, grid: Grid, data: Data, _: Parts) -> Search:
    """Loky's worker processes stay for the next call: only the first one pays for their start.

    Each has one BLAS thread: with one a core, as it comes from outside, they would have cores x cores.
    """
    with parallel_config("loky", inner_max_num_threads=1):
        return fitted(GridSearchCV(pipeline, grid, cv=data.folds, n_jobs=available_cores()), data)


def sklearn_own_workers(pipeline: Pipeline, grid: Grid, data: Data, parts_s: Parts) -> Search:
    """As above, but the worker processes end with the call: each pays for their start, as a script with one search."""
    try:
        return sklearn_all_cores(pipeline, grid, data, parts_s)
    finally:
        get_reusable_executor().shutdown(wait=True)


def sklearn_memory_one_core(pipeline: Pipeline, grid: Grid, data: Data, parts_s: Parts) -> Search:
    """Fitted transformers are kept on disk and found again by the hash of their input; empty at the start."""
    with TemporaryDirectory(prefix="memory-") as folder:
        return sklearn_one_core(clone(pipeline).set_params(memory=folder), grid, data, parts_s)


def sklearn_memory_all_cores(pipeline: Pipeline, grid: Grid, data: Data, parts_s: Parts) -> Search:
    """Two processes that miss the same entry at the same time both fit it: here the counters may vary."""
    with TemporaryDirectory(prefix="memory-") as folder:
        return sklearn_all_cores(clone(pipeline).set_params(memory=folder), grid, data, parts_s)


def prefix_cached(pipeline: Pipeline, grid: Grid, data: Data, _: Parts) -> Search:
    return prefix_cached_search(pipeline, grid, data.X, data.y, data.folds, cores=available_cores())


def fitted(search: Any, data: Data) -> Search:
    search.fit(data.X, data.y)
    found = search.cv_results_
    scores = np.column_stack([found[f"split{fold}_test_score"] for fold in range(len(data.folds))])
    return Search(search.best_estimator_, search.best_params_, found["mean_test_score"].tolist(), scores)


SWEPT: dict[str, Variant] = {
    "naive": naive,
    "sklearn-all-cores": sklearn_own_workers,
    "prefix-cached": prefix_cached,
}
ON_ONE_CORE = (naive, sklearn_one_core, sklearn_memory_one_core)
