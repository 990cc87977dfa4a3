"""*Same start* swept over rows and over workers: from which size on does scaling out pay?

Collected only when it is named: `nox -s bench -- benchmarks/kmeans/curves.py --budget 20m`.
"""

from __future__ import annotations

from functools import cache

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cores import available_cores
from benchmarks.kmeans.blobs import OVERLAPPING, Blobs, block_rows
from benchmarks.kmeans.limit import seconds_at_best
from benchmarks.kmeans.measuring import ITERATIONS, measure_same_start
from benchmarks.kmeans.sizes import rows_that_fit, worker_counts
from benchmarks.kmeans.variants import BY_WORKERS, SAME_START, SameStart
from benchmarks.memory import most_bytes
from benchmarks.parameters import variants
from benchmarks.scale import Scale, chosen_scale

SCALE = chosen_scale()
BLOCK = block_rows(SCALE)
ROWS = rows_that_fit(SCALE, most_bytes())
BLOCKS_OVER_WORKERS = {Scale.TINY: 4, Scale.QUICK: 25}.get(SCALE, 100)


@cache
def points(rows: int) -> Blobs:
    return Blobs(rows // BLOCK, OVERLAPPING, BLOCK)


@pytest.mark.parametrize("rows", ROWS)
@variants(SAME_START, baseline="sklearn-1-core")
@pytest.mark.answer(rtol=1e-6, atol=1e-6)
@pytest.mark.benchmark(group="same start over rows")
def test_over_rows(benchmark: BenchmarkFixture, variant: SameStart, rows: int) -> None:
    measure_same_start(benchmark, variant, points(rows), available_cores())
    benchmark.extra_info["data"] = {f"blobs of {rows} rows": points(rows).describe()}
    benchmark.extra_info["axis"] = "rows"


@pytest.mark.limit
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.benchmark(group="same start over rows")
def test_over_rows_at_best(rows: int) -> float:
    return seconds_at_best(points(rows), ITERATIONS)


@pytest.mark.parametrize("workers", worker_counts(SCALE, available_cores()))
@variants(BY_WORKERS, baseline="sklearn-1-core")
@pytest.mark.answer(rtol=1e-6, atol=1e-6)
@pytest.mark.benchmark(group="same start over workers")
def test_over_workers(benchmark: BenchmarkFixture, variant: SameStart, workers: int) -> None:
    """workers: threads of a variant on one machine, processes of a cluster; scikit-learn on one core has one always."""
    data = points(BLOCKS_OVER_WORKERS * BLOCK)
    measure_same_start(benchmark, variant, data, workers)
    benchmark.extra_info["data"] = {f"blobs of {data.rows} rows": data.describe()}
    benchmark.extra_info["axis"] = "workers"
