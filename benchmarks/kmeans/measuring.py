"""How a variant of *same start* is measured, and what it states afterwards."""

from __future__ import annotations

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cores import available_cores, cluster_shape
from benchmarks.kmeans.blobs import Blobs
from benchmarks.kmeans.quality import sum_of_squares
from benchmarks.kmeans.variants import SameStart, dask_ml_cluster, sklearn_one_core
from benchmarks.scale import Scale, chosen_scale

SCALE = chosen_scale()
ITERATIONS = 3 if SCALE is Scale.TINY else 10  # at no size are these points done before the sixteenth


def measure_same_start(benchmark: BenchmarkFixture, variant: SameStart, data: Blobs, workers: int) -> None:
    """Same initial centers and iterations, none of them the last: all owe the same centers and labels.

    Sums of float64 in another order differ by about 1e-12 of themselves, which leaves the tolerance much room.
    """
    data.start  # noqa: B018  the points are in memory before any time is taken
    _compile(variant, data.spread, workers)
    found = benchmark.pedantic(variant, args=(data, ITERATIONS, workers), rounds=SCALE.rounds, warmup_rounds=0)
    assert found.iterations == ITERATIONS, "converged: a variant that goes on would do more work than one that stops"
    benchmark.extra_info["answer"] = {
        "centers": found.centers,
        "labels": found.labels.astype("int64"),
        "sum of squares": sum_of_squares(data.points, found.centers, found.labels),
    }
    benchmark.extra_info["counters"] = {"iterations": found.iterations}
    benchmark.extra_info["parts_s"] = found.parts_s
    benchmark.extra_info["cores"] = 1 if variant is sklearn_one_core else min(workers, available_cores())
    if "cluster start" in found.parts_s:
        benchmark.extra_info["cluster"] = cluster_shape(workers)


def _compile(variant: SameStart, spread: float, workers: int) -> None:
    """dask-ml's loops are compiled by numba when first called, which takes a second.

    A process that makes one call would pay for it, one that makes several would not: sizes of a sweep that differ in
    this could not be compared. (A cluster's workers compile anew in every call: that is part of its price.)
    """
    if variant is not dask_ml_cluster:
        variant(Blobs(1, spread, block_rows=1_000), 1, workers)
