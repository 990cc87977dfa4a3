"""Blobs of points, made in blocks, the same however they are chunked."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.cores import available_cores
from benchmarks.scale import Scale

CENTERS = 12
FEATURES = 20
BLOCK_ROWS = 20_000  # 3.2 MB
SEED = 12
Floats = NDArray[np.float64]

APART = 1.0  # blobs that KMeans tells apart in a few iterations
OVERLAPPING = 8.0  # blobs whose borders KMeans keeps moving for more than fifteen iterations, at any number of rows


@dataclass(frozen=True, eq=False)
class Blobs:
    """So many blocks of points. spread: standard deviation of a blob; the centers lie in [-10, 10]."""

    blocks: int
    spread: float
    block_rows: int = BLOCK_ROWS

    @property
    def rows(self) -> int:
        return self.blocks * self.block_rows

    def block(self, number: int) -> Floats:
        """One block, from a generator of its own: neither other blocks nor their number change it."""
        random = np.random.default_rng([SEED, number])
        points = random.standard_normal((self.block_rows, FEATURES))
        points *= self.spread
        points += _true_centers()[random.integers(CENTERS, size=self.block_rows)]
        return points

    @cached_property
    def points(self) -> Floats:
        """All blocks as one array in memory, shape (rows, FEATURES)."""
        points = np.empty((self.rows, FEATURES))

        def fill(number: int) -> None:
            points[number * self.block_rows : (number + 1) * self.block_rows] = self.block(number)

        with ThreadPoolExecutor(available_cores()) as cores:  # drawing holds no global lock
            list(cores.map(fill, range(self.blocks)))
        return points

    @cached_property
    def start(self) -> Floats:
        """The first CENTERS points: initial centers that owe nothing to the true ones."""
        return self.points[:CENTERS].copy()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the points, row by row, as little-endian float64."""
        return hashlib.sha256(np.ascontiguousarray(self.points, dtype="<f8").data).hexdigest()

    def describe(self) -> dict[str, Any]:
        shape = f"{self.rows} x {FEATURES} float64"
        return {"digest": f"sha256:{self.digest}", "source": "generated", "shape": shape}


def blobs(scale: Scale, spread: float) -> Blobs:
    """Tiny 1.3 MB, quick 80 MB, lecture 1.6 GB, full 16 GB."""
    blocks = {Scale.TINY: 4, Scale.QUICK: 25, Scale.LECTURE: 500, Scale.FULL: 5_000}[scale]
    return Blobs(blocks, spread, block_rows(scale))


def block_rows(scale: Scale) -> int:
    """Rows of a block at this scale."""
    return 2_000 if scale is Scale.TINY else BLOCK_ROWS


def _true_centers() -> Floats:
    return np.random.default_rng(SEED).uniform(-10, 10, size=(CENTERS, FEATURES))
