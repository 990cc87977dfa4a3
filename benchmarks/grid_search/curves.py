"""The text search swept over candidates and over documents: what does sharing gain, the more there is to share?

Collected only when it is named: `nox -s bench -- benchmarks/grid_search/curves.py --budget 20m`.
"""

from __future__ import annotations

from functools import cache

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.grid_search.grids import Case, Data, case_of, cases, documents_of, text_data
from benchmarks.grid_search.limit import seconds_at_best
from benchmarks.grid_search.measuring import measure_search
from benchmarks.grid_search.variants import SWEPT, Variant
from benchmarks.parameters import variants
from benchmarks.scale import Scale, chosen_scale

SCALE = chosen_scale()
CANDIDATES = (4, 8) if SCALE is Scale.TINY else (4, 8, 14, 26, 50, 96)
DOCUMENTS = (30, 40) if SCALE is Scale.TINY else (54, 107, 214, 428, 857)
WIDE = cases(SCALE)["wide"]

every_variant = variants(SWEPT, baseline="naive")
exactly = pytest.mark.answer(rtol=0, atol=1e-9)


@cache
def corpus() -> Data:
    """Of the scale; at the full one that of the lecture, as 96 candidates on 11,314 documents would take days."""
    return text_data(Scale.LECTURE if SCALE is Scale.FULL else SCALE)


@cache
def documents_at(documents: int) -> Data:
    return documents_of(documents)


@pytest.mark.parametrize("candidates", CANDIDATES)
@every_variant
@exactly
@pytest.mark.benchmark(group="over candidates")
def test_over_candidates(benchmark: BenchmarkFixture, variant: Variant, candidates: int) -> None:
    measure_search(benchmark, variant, case_of(candidates), corpus())
    benchmark.extra_info["axis"] = "candidates"


@pytest.mark.limit
@pytest.mark.parametrize("candidates", CANDIDATES)
@pytest.mark.benchmark(group="over candidates")
def test_over_candidates_at_best(candidates: int) -> float:
    return at_best(case_of(candidates), corpus())


@pytest.mark.parametrize("documents", DOCUMENTS)
@every_variant
@exactly
@pytest.mark.benchmark(group="wide over documents")
def test_over_documents(benchmark: BenchmarkFixture, variant: Variant, documents: int) -> None:
    data = documents_at(documents)
    measure_search(benchmark, variant, WIDE, data)
    benchmark.extra_info["data"] = {f"corpus of {documents}": data.description["corpus"]}
    benchmark.extra_info["axis"] = "documents"


@pytest.mark.limit
@pytest.mark.parametrize("documents", DOCUMENTS)
@pytest.mark.benchmark(group="wide over documents")
def test_over_documents_at_best(documents: int) -> float:
    return at_best(WIDE, documents_at(documents))


def at_best(case: Case, data: Data) -> float:
    """Measured once a launch, and there are several."""
    return seconds_at_best(case, data, repeats=1)
