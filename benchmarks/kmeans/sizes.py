"""The values that *same start* is swept over."""

from __future__ import annotations

from benchmarks.kmeans.blobs import FEATURES, block_rows
from benchmarks.scale import Scale

BLOCKS = {Scale.TINY: (2, 4), Scale.QUICK: (5, 9, 16, 28, 50)}
ALL_BLOCKS = (5, 11, 23, 50, 108, 232, 500)  # 0.1 to 10 million rows
COPIES = 5  # of the points, in memory at once: scikit-learn's centered ones, a cluster's blocks, on their way


def rows_that_fit(scale: Scale, memory_bytes: float) -> list[int]:
    """The sizes of a scale whose points, with all copies that a variant makes, fit into so much memory."""
    rows = [blocks * block_rows(scale) for blocks in BLOCKS.get(scale, ALL_BLOCKS)]
    return [size for size in rows if size * FEATURES * 8 * COPIES <= memory_bytes]


def worker_counts(scale: Scale, cores: int) -> list[int]:
    """1, 2, 4, ... up to twice the cores, at least up to 8, and the cores themselves.

    What lies beyond the cores shares them, and can't be faster: it shows what starting and talking to more workers
    costs, and nothing of what they would do on more cores.
    """
    if scale is Scale.TINY:
        return [1, 2]
    most = max(8, 2 * cores)
    doubled = {2**power for power in range(most.bit_length()) if 2**power <= most}
    return sorted(doubled | {cores})
