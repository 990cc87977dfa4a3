"""All ways of searching give the same answer, except for the one that is known not to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, ParameterGrid
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from benchmarks.grid_search.answer import answer
from benchmarks.grid_search.dask_variants import ALL
from benchmarks.grid_search.grids import cases, numeric_data, text_data
from benchmarks.grid_search.limit import seconds_at_best
from benchmarks.grid_search.prefix_cached import prefix_cached_search
from benchmarks.grid_search.variants import run
from benchmarks.scale import Scale
from tests.suites.workers import joblibs_workers_end_with_their_file  # noqa: F401  (a fixture)

CASES = cases(Scale.TINY)
ATOL = 1e-9  # the suite's own tolerance


@pytest.mark.parametrize("name", [name for name in ALL if name not in {"naive", "dask-ml-threads", "dask-ml-cluster"}])
def test_a_variant_gives_the_naive_searchs_answer_on_folds_of_unequal_size(name):
    expected, found = _answer("naive", "wide", _unequal_text()), _answer(name, "wide", _unequal_text())
    _assert_same(found, expected)


@pytest.mark.parametrize("name", ["sklearn-1-core", "dask-ml-threads-iid-false", "prefix-cached"])
@pytest.mark.parametrize("case", ["narrow", "nothing shared", "numeric"])
def test_a_variant_gives_the_naive_searchs_answer_in_every_case(case, name):
    data = CASES[case].load(Scale.TINY)
    _assert_same(_answer(name, case, data), _answer("naive", case, data))


def test_dask_ml_as_it_comes_is_seen_to_differ_on_folds_of_unequal_size():
    expected, found = (_answer(name, "wide", _unequal_text()) for name in ("naive", "dask-ml-threads"))
    differences = np.abs(np.subtract(_scores(found), _scores(expected)))
    assert differences.max() > 100 * ATOL


def test_dask_ml_as_it_comes_agrees_on_folds_of_equal_size():
    data = text_data(Scale.TINY)
    assert {len(test) for _, test in data.folds} == {8}
    _assert_same(_answer("dask-ml-threads", "wide", data), _answer("naive", "wide", data))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("cores", [1, 2])
def test_the_prefix_cached_search_equals_scikit_learns_on_random_pipelines_and_grids(seed, cores):
    random = np.random.default_rng(seed)
    pipeline, grid = _random_search(random)
    data = numeric_data(Scale.TINY)
    samples = data.X[:, :6]
    expected = GridSearchCV(pipeline, grid, cv=data.folds).fit(samples, data.y)
    found = prefix_cached_search(pipeline, grid, samples, data.y, data.folds, cores=cores)
    assert found.best_params == expected.best_params_
    assert found.mean_test_scores == expected.cv_results_["mean_test_score"].tolist()
    assert [list(scores) for scores in found.test_scores.T] == [
        expected.cv_results_[f"split{fold}_test_score"].tolist() for fold in range(len(data.folds))
    ]
    assert (found.estimator.predict(samples) == expected.predict(samples)).all()


def test_the_prefix_cached_search_takes_steps_that_the_grid_replaces_or_leaves_out():
    pipeline = Pipeline([("scale", StandardScaler()), ("tree", DecisionTreeClassifier(random_state=0))])
    grid = {"scale": ["passthrough", MinMaxScaler(), StandardScaler()], "tree__max_depth": [1, 2]}
    data = numeric_data(Scale.TINY)
    expected = GridSearchCV(pipeline, grid, cv=data.folds).fit(data.X, data.y)
    found = prefix_cached_search(pipeline, grid, data.X, data.y, data.folds, cores=1)
    assert found.mean_test_scores == expected.cv_results_["mean_test_score"].tolist()
    assert len(found.mean_test_scores) == len(ParameterGrid(grid))


def test_the_limit_is_a_positive_number_of_seconds():
    assert seconds_at_best(CASES["numeric"], numeric_data(Scale.TINY), repeats=1) > 0


def _random_search(random):
    """Up to three transformers, and for each step some of its parameters with one to three values."""
    choices = [
        ("scale", StandardScaler(), {"scale__with_mean": [True, False], "scale__with_std": [True, False]}),
        ("range", MinMaxScaler(), {"range__feature_range": [(0, 1), (-1, 1), (0, 2)]}),
        ("poly", PolynomialFeatures(), {"poly__degree": [1, 2], "poly__interaction_only": [True, False]}),
    ]
    order = random.permutation(len(choices))[: random.integers(0, 4)]
    tree = ("tree", DecisionTreeClassifier(random_state=0), {"tree__max_depth": [1, 2, 3]})
    chosen = [choices[place] for place in order] + [tree]
    grid = {}
    for _, _, parameters in chosen:
        for name, values in parameters.items():
            if random.random() < 0.7:
                grid[name] = values[: random.integers(1, len(values) + 1)]
    return Pipeline([(name, step) for name, step, _ in chosen]), grid


def _unequal_text():
    """Forty documents, and folds of 4 to 12 of them."""
    data = text_data(Scale.TINY)
    parts = np.split(np.random.default_rng(0).permutation(40), [4, 9, 18, 28])
    folds = [(np.setdiff1d(np.arange(40), part), np.sort(part)) for part in parts]
    return replace(data, folds=folds)


def _answer(name, case, data):
    return answer(run(ALL[name], CASES[case], data), CASES[case], data)


def _scores(found):
    return list(found["mean_test_score"].values())


def _assert_same(found, expected):
    assert found["best"] == expected["best"]
    assert found["mean_test_score"].keys() == expected["mean_test_score"].keys()
    assert _scores(found) == pytest.approx(_scores(expected), rel=0, abs=ATOL)
    assert found["test_score"].keys() == expected["test_score"].keys()
    for candidate, by_fold in expected["test_score"].items():
        assert found["test_score"][candidate] == pytest.approx(by_fold, rel=0, abs=ATOL)
    assert (found["predictions"] == expected["predictions"]).all()
