"""How good a clustering is, recomputed from its centers.

Libraries report it in ways that can't be compared: dask-ml's inertia_ sums distances that aren't squared unless the
last shift of the centers was under 1e-7.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import pairwise_distances_argmin

from benchmarks.kmeans.blobs import BLOCK_ROWS, Floats


def sum_of_squares(points: Floats, centers: Floats, labels: NDArray[np.integer]) -> float:
    """Sum of the squared distances of all points to the centers of their labels, in float64.

    Summed block by block in the order of the rows, so that it doesn't depend on how anyone has chunked the data.
    """
    total = 0.0
    for start in range(0, len(points), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        difference = points[rows] - centers[labels[rows]]
        total += float(np.einsum("ij,ij->", difference, difference))
    return total


def nearest(points: Floats, centers: Floats) -> NDArray[np.integer]:
    """The number of the center that is nearest to each point."""
    return np.asarray(pairwise_distances_argmin(points, centers))
