"""How a variant of a search is measured, and what it states afterwards."""

from __future__ import annotations

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cores import available_cores, cluster_shape
from benchmarks.grid_search.answer import answer
from benchmarks.grid_search.grids import Case, Data
from benchmarks.grid_search.variants import ON_ONE_CORE, Variant, run
from benchmarks.scale import chosen_scale


def measure_search(benchmark: BenchmarkFixture, variant: Variant, case: Case, data: Data) -> None:
    rounds = chosen_scale().rounds
    outcome = benchmark.pedantic(run, args=(variant, case, data), rounds=rounds, warmup_rounds=0)
    benchmark.extra_info["answer"] = answer(outcome, case, data)
    benchmark.extra_info["counters"] = outcome.counters
    benchmark.extra_info["parts_s"] = outcome.parts_s
    benchmark.extra_info["data"] = data.description
    benchmark.extra_info["cores"] = 1 if variant in ON_ONE_CORE and not case.threaded else available_cores()
    if "cluster start" in outcome.parts_s:
        benchmark.extra_info["cluster"] = cluster_shape(available_cores())
