"""One thread of BLAS and OpenMP each, in threads and processes that share the cores already."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

_ONE_EACH = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextmanager
def plain_threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads, in each of which BLAS and OpenMP have one thread.

    BLAS is limited in the whole process. OpenMP keeps its limit thread by thread: to libgomp and libomp a thread that
    Python has started is one of its own (OpenMP 5.0, section 2.5.4: nthreads-var belongs to a data environment). So
    each sets its own.
    """
    with threadpool_limits(1), ThreadPoolExecutor(count, initializer=threadpool_limits, initargs=(1,)) as threads:
        yield threads


@contextmanager
def one_thread_in_new_processes() -> Iterator[None]:
    """What is started anew meanwhile has one thread each: libraries read these variables when they are loaded.

    Dask's defaults for its workers (`distributed.nanny.pre-spawn-environ`) are the same, but yield to what is set
    already, and a run sets the threads of BLAS for all that it measures.
    """
    before = {name: os.environ.get(name) for name in _ONE_EACH}
    os.environ.update(_ONE_EACH)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
