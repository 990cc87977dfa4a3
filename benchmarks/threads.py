"""Threads for work that a library would spread over threads of its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def plain_threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads, in each of which BLAS and OpenMP have one thread.

    BLAS is limited in the whole process. OpenMP keeps its limit thread by thread (OpenMP 5.2, "How ICVs are
    scoped": nthreads-var belongs to a data environment), so each thread sets its own.
    """
    with threadpool_limits(1), ThreadPoolExecutor(count, initializer=threadpool_limits, initargs=(1,)) as threads:
        yield threads
