"""The swept cases: collected only when named, with the same answers at every point."""

from __future__ import annotations

import json

import joblib
import psutil
import pytest

from benchmarks.grid_search.answer import answer
from benchmarks.grid_search.grids import case_of, documents_of, text_data
from benchmarks.grid_search.variants import SWEPT, run
from benchmarks.kmeans.sizes import rows_that_fit, worker_counts
from benchmarks.memory import most_bytes
from benchmarks.scale import Scale

from .test_plain_pytest import _collected, _pytest

GRIDS, KMEANS = "benchmarks/grid_search/curves.py", "benchmarks/kmeans/curves.py"


@pytest.fixture(scope="module")
def collected():
    return _collected("quick", "-m", "not if_time", paths=[GRIDS, KMEANS])


def test_every_point_of_a_curve_has_all_variants_and_none_waits_for_time(collected):
    assert sum("test_over_candidates[" in line for line in collected) == 6 * 3
    assert sum("test_over_documents[" in line for line in collected) == 5 * 3
    assert sum("test_over_rows[" in line for line in collected) == 5 * 5


@pytest.mark.parametrize(
    "limit", ["test_over_candidates_at_best[96]", "test_over_documents_at_best[857]", "test_over_rows_at_best[1000000]"]
)
def test_the_limit_is_stated_at_each_point(collected, limit):
    assert any(line.endswith(limit) for line in collected)


def test_plain_pytest_runs_a_curve_and_each_point_names_its_axis(tmp_path):
    ran = _pytest("--benchmark-only", f"--benchmark-json={tmp_path / 'out.json'}", "-k", "not cluster", paths=[KMEANS])
    assert ran.returncode == 0, ran.stdout
    points = json.loads((tmp_path / "out.json").read_text())["benchmarks"]
    assert {(point["group"], point["extra_info"]["axis"]) for point in points} == {
        ("same start over rows", "rows"),
        ("same start over workers", "workers"),
    }
    assert all(point["params"][point["extra_info"]["axis"]] > 0 for point in points)
    assert all("answer" in point["extra_info"] for point in points)
    cores = {point["extra_info"]["cores"] for point in points if point["param"].startswith("sklearn-1-core")}
    assert cores == {1}


@pytest.mark.parametrize("candidates", [4, 14, 96])
def test_a_swept_grid_has_so_many_different_candidates(candidates):
    assert len({joblib.hash(params) for params in case_of(candidates).candidates}) == candidates


def test_sharing_saves_the_more_the_more_candidates_there_are():
    naive, cached = (
        [run(SWEPT[name], case_of(candidates), text_data(Scale.TINY)).counters["fit vect"] for candidates in (4, 8)]
        for name in ("naive", "prefix-cached")
    )
    assert naive[0] / cached[0] < naive[1] / cached[1]


def test_at_a_point_all_find_the_same_and_no_worker_outlives_its_call():
    case, data = case_of(4), text_data(Scale.TINY)
    expected, *others = (answer(run(variant, case, data), case, data) for variant in SWEPT.values())
    for found in others:
        assert found["test_score"] == expected["test_score"]
        assert (found["predictions"] == expected["predictions"]).all()
    assert not [child for child in psutil.Process().children() if "LokyProcess" in " ".join(child.cmdline())]


def test_more_documents_begin_with_those_of_fewer():
    assert (documents_of(40).X[:30] == documents_of(30).X).all()


def test_rows_go_only_so_far_as_memory_does():
    assert rows_that_fit(Scale.LECTURE, float("inf"))[-1] == 10_000_000
    assert rows_that_fit(Scale.QUICK, 300e6) == [100_000, 180_000, 320_000]
    assert rows_that_fit(Scale.QUICK, 1e6) == []
    assert most_bytes() > 1e8


@pytest.mark.parametrize(
    ("cores", "workers"), [(1, [1, 2, 4, 8]), (2, [1, 2, 4, 8]), (6, [1, 2, 4, 6, 8]), (16, [1, 2, 4, 8, 16, 32])]
)
def test_workers_are_doubled_up_to_the_cores_and_once_beyond(cores, workers):
    assert worker_counts(Scale.QUICK, cores) == workers
