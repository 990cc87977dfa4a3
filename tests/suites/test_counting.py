"""Fits and transforms are counted wherever they happen."""

from __future__ import annotations

import joblib
import numpy as np
import pytest
from sklearn.base import clone

from benchmarks.grid_search.counting import CountedPCA, CountedTfidf, CountedVectorizer, counts
from benchmarks.grid_search.dask_variants import ALL
from benchmarks.grid_search.grids import FOLDS, cases, text_data
from benchmarks.grid_search.variants import run
from benchmarks.scale import Scale
from tests.suites.workers import joblibs_workers_end_with_their_file  # noqa: F401  (a fixture)

NARROW = cases(Scale.TINY)["narrow"]
DATA = text_data(Scale.TINY)

# Per fold 6 candidates need 6/6/6 fits naively and 1/2/6 shared; one refit of each step comes on top.
NAIVE = {"fit vect": 31, "fit tfidf": 31, "fit clf": 31}
SHARED = {"fit vect": 6, "fit tfidf": 11, "fit clf": 31}


@pytest.mark.parametrize("name", ["naive", "sklearn-1-core", "sklearn-all-cores"])
def test_six_candidates_fit_every_step_six_times_a_fold_where_nothing_is_shared(name):
    assert _fits(name) == NAIVE


@pytest.mark.parametrize(
    "name",
    ["prefix-cached", "dask-ml-threads", "dask-ml-threads-iid-false", "sklearn-memory-1-core"],
)
def test_six_candidates_fit_once_twice_and_six_times_a_fold_where_prefixes_are_shared(name):
    assert _fits(name) == SHARED


def test_on_a_cluster_the_workers_fits_are_counted_and_the_answer_is_the_naive_searchs():
    outcome, naive = run(ALL["dask-ml-cluster"], NARROW, DATA), run(ALL["naive"], NARROW, DATA)
    assert {event: outcome.counters[event] for event in SHARED} == SHARED
    assert outcome.search.best_params == naive.search.best_params
    assert outcome.search.mean_test_scores == pytest.approx(naive.search.mean_test_scores, rel=0, abs=1e-9)
    assert list(outcome.parts_s) == ["cluster start", "computation", "cluster end"]


def test_memory_shared_by_processes_never_fits_more_than_the_naive_search():
    fits = _fits("sklearn-memory-all-cores")
    assert all(SHARED[step] <= fits[step] <= NAIVE[step] for step in NAIVE)


def test_the_prefix_cached_search_transforms_each_test_fold_once_per_prefix():
    counters = run(ALL["prefix-cached"], NARROW, DATA).counters
    assert counters["transform vect"] == FOLDS * 2 + 1
    assert counters["transform tfidf"] == 2 * FOLDS * 2 + 1


def test_every_call_of_a_variant_counts_from_zero():
    assert run(ALL["naive"], NARROW, DATA).counters == run(ALL["naive"], NARROW, DATA).counters


@pytest.mark.parametrize("step", [CountedVectorizer(), CountedTfidf(), CountedPCA(n_components=2)])
def test_a_fit_transform_counts_as_one_of_each_however_the_step_does_it(step, tmp_path):
    data = ["ba be", "be bi"] if isinstance(step, CountedVectorizer) else np.eye(3)
    counted = clone(step).set_params(tally=str(tmp_path / "step"))
    counted.fit_transform(data)
    assert counts(tmp_path) == {"fit step": 1, "transform step": 1}
    counted.fit(data)
    counted.transform(data)
    assert counts(tmp_path) == {"fit step": 2, "transform step": 2}


def test_a_failed_fit_leaves_later_ones_counted(tmp_path):
    step = CountedPCA(n_components=9, tally=str(tmp_path / "pca"))
    with pytest.raises(ValueError, match="n_components"):
        step.fit(np.eye(3))
    step.set_params(n_components=1).fit(np.eye(3))
    assert counts(tmp_path) == {"fit pca": 2}


def test_counts_of_several_processes_are_all_kept(tmp_path):
    step = CountedTfidf(tally=str(tmp_path / "tfidf"))
    joblib.Parallel(n_jobs=2)(joblib.delayed(_fit_often)(step, 200) for _ in range(2))
    assert counts(tmp_path) == {"fit tfidf": 400}


def test_clones_and_equal_steps_have_the_same_hash():
    step = CountedVectorizer(ngram_range=(1, 2), tally="somewhere")
    assert joblib.hash(clone(step)) == joblib.hash(step)
    assert clone(step).get_params() == step.get_params()


def _fit_often(step, times):
    for _ in range(times):
        step.fit(np.eye(2))


def _fits(name):
    counters = run(ALL[name], NARROW, DATA).counters
    return {event: count for event, count in counters.items() if event.startswith("fit")}
