"""A program of its own, run by a measured environment's Python: how many threads has each of joblib's workers?

python workers.py CORES ; prints {"workers": n, "threads": of the library with the most, "ratio": of fits in all workers
with these threads to one each, or null}, or null where there is no joblib, or it can't start workers.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import time

_ROWS, _COLUMNS, _CLUSTERS, _ROUNDS = 10_000, 20, 8, 7
_PATIENCE_S = 3.0


def main() -> None:
    """Start as many workers as cores, as `n_jobs=-1` does, and ask each of them."""
    cores, found = int(sys.argv[1]), None
    with contextlib.suppress(Exception):  # whatever keeps joblib from working here, it's no finding
        from joblib import Parallel, delayed  # type: ignore[import-untyped]

        with Parallel(n_jobs=cores) as parallel:
            threads = max(parallel(delayed(_threads)() for _ in range(cores)))
            crowded = cores > 1 and threads > 1
            found = {"workers": cores, "threads": threads, "ratio": _ratio(parallel, cores) if crowded else None}
    print(json.dumps(found))


def _threads() -> int:
    """In a worker: threads of the library that has the most."""
    import sklearn.cluster  # type: ignore[import-untyped]  # noqa: F401
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    return max((int(pool["num_threads"]) for pool in threadpool_info()), default=1)


def _ratio(parallel, cores: int) -> float:  # type: ignore[no-untyped-def]
    """Times of fits in all workers with the threads as they are, against one each; in turns, medians."""
    from joblib import delayed

    def all_s(limit: int | None) -> float:
        began = time.perf_counter()
        parallel(delayed(_fit)(limit, number) for number in range(cores))
        return time.perf_counter() - began

    all_s(None)
    as_they_are: list[float] = []
    one_each: list[float] = []
    until = time.monotonic() + _PATIENCE_S
    while not one_each or (len(one_each) < _ROUNDS and time.monotonic() < until):
        as_they_are.append(all_s(None))
        one_each.append(all_s(1))
    return statistics.median(as_they_are) / statistics.median(one_each)


def _fit(limit, seed):  # type: ignore[no-untyped-def]
    import numpy
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    data = numpy.random.default_rng(seed).random((_ROWS, _COLUMNS))
    with threadpool_limits(limit):
        KMeans(_CLUSTERS, init=data[:_CLUSTERS], n_init=1, max_iter=5, tol=0).fit(data)


if __name__ == "__main__":
    main()
