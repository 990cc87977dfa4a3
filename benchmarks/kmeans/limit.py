"""What the machine could do at best on Lloyd's iterations.

An iteration has to read the points and to multiply them with the centers. Whichever takes longer at the measured peak
is the limit: with 20 features and 12 centers it is the product, because such a thin one is far from the machine's
usual peak. Finding the smallest distance and summing up new centers come for free here: it is a limit, not a forecast.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.cores import available_cores
from benchmarks.kmeans.blobs import Blobs, Floats
from benchmarks.threads import plain_threads

# Smaller chunks measure Python's global lock, larger ones a result that leaves the cache: which is best is tried.
CHUNK_ROWS = (1_024, 4_096, 16_384)
REPEATS = 5


def seconds_at_best(blobs: Blobs, iterations: int) -> float:
    """Larger of multiply-adds over their measured peak and bytes over measured bandwidth, times the iterations."""
    rows = np.array_split(blobs.points, available_cores())
    product_s = min(_fastest(_multiply, rows, blobs.start, chunk_rows) for chunk_rows in CHUNK_ROWS)
    return max(product_s, _fastest(_read, rows)) * iterations


def _fastest(work: Callable[..., Any], parts: list[Floats], *arguments: Any) -> float:
    """Seconds to do the work on all parts, a core for each: the fastest of a few tries."""
    with plain_threads(len(parts)) as cores:

        def seconds() -> float:
            began = perf_counter()
            for task in [cores.submit(work, part, *arguments) for part in parts]:
                task.result()
            return perf_counter() - began

        return min(seconds() for _ in range(REPEATS))


def _multiply(points: Floats, centers: Floats, chunk_rows: int) -> None:
    transposed = np.ascontiguousarray(centers.T)
    result = np.empty((chunk_rows, len(centers)))
    for first in range(0, len(points), chunk_rows):
        chunk = points[first : first + chunk_rows]
        np.matmul(chunk, transposed, out=result[: len(chunk)])


def _read(points: Floats) -> None:
    """A dot product with itself reads every byte once, faster than it comes from memory."""
    flat = points.reshape(-1)
    flat.dot(flat)
