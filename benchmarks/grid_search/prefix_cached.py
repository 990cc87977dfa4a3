"""A grid search that fits each beginning of a pipeline once per fold: our reference for what sharing can gain.

Candidates that differ only in their last steps have their first steps in common. Seen together, the candidates of a
pipeline are a tree: its root is the training fold, each branch is one way to set the next step, each leaf is a
candidate. The naive search walks from the root to the leaf anew for every candidate; this one walks the tree once.

    vect (1,1) -+- tfidf l1 -+- clf 1e-3          naive: 6 + 6 + 6 fits per fold
                |            +- clf 1e-4          shared: 1 + 2 + 6 fits per fold
                |            +- clf 1e-5
                +- tfidf l2 -+- clf 1e-3 ...

The test fold walks along, so that a leaf scores data that is already transformed. Only the branch being walked is in
memory.
"""
# ruff: noqa: N803  X is scikit-learn's word for the samples

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import ParameterGrid
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing
from threadpoolctl import threadpool_limits

from benchmarks.threads import one_thread_in_new_processes

START = "fork" if sys.platform == "linux" else "spawn"

Plans = dict[int, list[Any]]  # candidate number -> its steps that are still to do, unfitted
Fold = tuple[NDArray[np.intp], NDArray[np.intp]]


class Search(NamedTuple):
    """The refit pipeline, its parameters, and every candidate's test scores in the order of ParameterGrid.

    test_scores: shape (candidates, folds).
    """

    estimator: Pipeline
    best_params: dict[str, Any]
    mean_test_scores: list[float]
    test_scores: NDArray[np.float64]


def prefix_cached_search(
    pipeline: Pipeline,
    grid: dict[str, list[Any]],
    X: Any,
    y: Any,
    folds: list[Fold],
    *,
    cores: int,
) -> Search:
    """Search a grid as GridSearchCV does, with its scores, and refit the best candidate on all data.

    One task is one way to set the first step on one fold; tasks share nothing, so they run on all cores.
    """
    candidates = list(ParameterGrid(grid))
    plans = {number: _steps(pipeline, params) for number, params in enumerate(candidates)}
    branches = alike_in_next_step(plans)
    scores = np.empty((len(candidates), len(folds)))
    with tasks_on(cores) as submit:
        tasks = []
        for fold, (train, test) in enumerate(folds):
            data = [_safe_indexing(values, rows) for rows in (train, test) for values in (X, y)]
            tasks += [(fold, submit(score_branch, branch, *data)) for branch in branches]
        for fold, task in tasks:
            for number, score in task.result().items():
                scores[number, fold] = score
    means = scores.mean(axis=1)
    best = candidates[int(means.argmax())]
    refit = clone(pipeline).set_params(**best).fit(X, y)
    return Search(refit, best, means.tolist(), scores)


def score_branch(plans: Plans, X_train: Any, y_train: Any, X_test: Any, y_test: Any) -> dict[int, float]:
    """The test scores of these candidates on one fold, each beginning that they share fitted once."""
    scores: dict[int, float] = {}
    for branch in alike_in_next_step(plans):
        first, *later_steps = next(iter(branch.values()))
        step = clone(first)
        if not later_steps:
            score = step.fit(X_train, y_train).score(X_test, y_test)
            scores |= dict.fromkeys(branch, score)
            continue
        rest = {number: steps[1:] for number, steps in branch.items()}
        scores |= score_branch(rest, step.fit_transform(X_train, y_train), y_train, step.transform(X_test), y_test)
    return scores


def alike_in_next_step(plans: Plans) -> list[Plans]:
    """The candidates in groups whose next step is the same estimator with the same parameters."""
    groups: dict[str, Plans] = {}
    for number, steps in plans.items():
        groups.setdefault(joblib.hash(steps[0]), {})[number] = steps
    return list(groups.values())


def _steps(pipeline: Pipeline, params: dict[str, Any]) -> list[Any]:
    steps = clone(pipeline).set_params(**params).steps
    return [step for _, step in steps if step not in (None, "passthrough")]


@contextmanager
def tasks_on(cores: int, start: str = START) -> Iterator[Any]:
    """A function that submits a task: to one process per core, or to be done at once where there is one core.

    Processes, because the vectorizer holds Python's global lock. They are forked where that is safe, which takes
    milliseconds instead of the second that a fresh interpreter needs for its imports. Each uses one BLAS thread.
    """
    if cores == 1:
        yield _done_at_once
        return
    # Forked, they inherit the limit. Were it set in them, OpenBLAS would start its threads anew first, as it does here
    # at the end, and threads that begin spin for a while.
    limited = threadpool_limits(1) if start == "fork" else one_thread_in_new_processes()
    with limited, ProcessPoolExecutor(cores, multiprocessing.get_context(start)) as pool:
        yield pool.submit


def _done_at_once(function: Any, *arguments: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(function(*arguments))
    return future
