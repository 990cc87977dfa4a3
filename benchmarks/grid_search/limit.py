"""What the machine could do at best on a search: every distinct stage once, spread over all cores."""

from __future__ import annotations

from time import perf_counter

from threadpoolctl import threadpool_limits

from benchmarks.cores import available_cores
from benchmarks.grid_search.grids import Case, Data
from benchmarks.grid_search.prefix_cached import prefix_cached_search


def seconds_at_best(case: Case, data: Data, repeats: int) -> float:
    """Sum of the unique stage times over the cores, in seconds: the fastest of so many measurements.

    The sum is the time of the prefix-cached search on one core, which does nothing but the unique stages: each step
    fitted once per way of reaching it and fold, the test fold transformed along, scores, and the refit. Copying
    estimators and rows around them takes a few milliseconds.
    """
    pipeline = case.pipeline("")
    one_candidate = {name: values[:1] for name, values in case.grid.items()}
    prefix_cached_search(pipeline, one_candidate, data.X, data.y, data.folds[:1], cores=1)  # warm caches
    return min(_seconds(case, data) for _ in range(repeats)) / available_cores()


def _seconds(case: Case, data: Data) -> float:
    with threadpool_limits(1):  # one core's time is what is divided by the cores
        began = perf_counter()
        prefix_cached_search(case.pipeline(""), case.grid, data.X, data.y, data.folds, cores=1)
        return perf_counter() - began
