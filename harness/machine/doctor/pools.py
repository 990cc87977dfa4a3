"""A program of its own, run by a measured environment's Python: what threads do its number libraries use?

python pools.py CORES ; prints {"threads": {library: count}, "ratio": of a fit with these threads to CORES, or null}.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import statistics
import sys
import time

_ROWS, _COLUMNS, _CLUSTERS, _FITS = 20_000, 20, 8, 7


def main() -> None:
    """Load what brings thread pools, count, and measure where there are too many."""
    for name in ("numpy", "scipy.linalg", "sklearn.cluster"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    threads, ratio = {}, None
    with contextlib.suppress(ImportError):
        threads = _threads()
        if max(threads.values(), default=0) > int(sys.argv[1]):
            ratio = _ratio(int(sys.argv[1]))
    print(json.dumps({"threads": threads, "ratio": ratio}))


def _threads() -> dict[str, int]:
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    found: dict[str, int] = {}
    for pool in threadpool_info():
        name = str(pool["internal_api"])
        found[name] = max(found.get(name, 0), int(pool["num_threads"]))
    return found


def _ratio(cores: int) -> float:
    """Times of fits with the threads as they are, against as many as cores; in turns, medians."""
    import numpy
    from sklearn.cluster import KMeans  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits

    data = numpy.random.default_rng(0).random((_ROWS, _COLUMNS))
    model = KMeans(_CLUSTERS, init=data[:_CLUSTERS], n_init=1, max_iter=10, tol=0)

    def fit_s() -> float:
        began = time.perf_counter()
        model.fit(data)
        return time.perf_counter() - began

    fit_s()
    as_set, as_cores = [], []
    for _ in range(_FITS):
        as_set.append(fit_s())
        with threadpool_limits(cores):
            as_cores.append(fit_s())
    return statistics.median(as_set) / statistics.median(as_cores)


if __name__ == "__main__":
    main()
