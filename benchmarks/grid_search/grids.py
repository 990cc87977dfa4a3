"""The four cases: which candidates, of which pipeline, on which data."""
# ruff: noqa: N803, N806  X is scikit-learn's word for the samples

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_classification
from sklearn.model_selection import ParameterGrid, StratifiedKFold
from sklearn.pipeline import Pipeline

from benchmarks.grid_search.corpus import load_corpus
from benchmarks.grid_search.counting import (
    CountedLogistic,
    CountedPCA,
    CountedScaler,
    CountedSGD,
    CountedTfidf,
    CountedVectorizer,
)
from benchmarks.grid_search.prefix_cached import Fold
from benchmarks.scale import Scale

FOLDS = 5
ALPHAS = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 1e-6]
UNIGRAMS, BIGRAMS = (1, 1), (1, 2)
Grid = dict[str, list[Any]]


@dataclass(frozen=True, eq=False)
class Data:
    """Samples with their classes, the folds that every variant uses, and what to say of it in a record."""

    X: NDArray[Any]
    y: NDArray[np.intp]
    folds: list[Fold]
    description: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """One search. pipeline: takes the folder for the steps' tallies ("" counts nothing).

    threaded: a single fit uses all cores, through BLAS.
    """

    grid: Grid
    pipeline: Callable[[str], Pipeline]
    load: Callable[[Scale], Data]
    threaded: bool = False

    @property
    def candidates(self) -> list[dict[str, Any]]:
        return list(ParameterGrid(self.grid))


def cases(scale: Scale) -> dict[str, Case]:
    """By the name of their group."""
    return {
        "wide": Case(_wide(scale), text_pipeline, text_data),
        # The lecture's 6 candidates.
        "narrow": Case(
            {"vect__ngram_range": [UNIGRAMS], "tfidf__norm": ["l1", "l2"], "clf__alpha": [1e-3, 1e-4, 1e-5]},
            text_pipeline,
            text_data,
        ),
        # Only the first step varies: there is nothing to share, and sharing must not hurt.
        "nothing shared": Case(
            {"vect__ngram_range": [UNIGRAMS, BIGRAMS], "vect__min_df": [1, 2, 3]}, text_pipeline, text_data
        ),
        "numeric": Case(
            {"pca__n_components": [10, 20, 40], "clf__C": [0.01, 0.1, 1.0, 10.0]},
            numeric_pipeline,
            numeric_data,
            threaded=True,
        ),
    }


def case_of(candidates: int) -> Case:
    """Half of the candidates with either norm: however many there are, they share one vocabulary a fold."""
    alphas = [float(f"{alpha:.3g}") for alpha in np.geomspace(ALPHAS[0], ALPHAS[-1], candidates // 2)]
    return Case(
        {"vect__ngram_range": [UNIGRAMS], "tfidf__norm": ["l1", "l2"], "clf__alpha": alphas}, text_pipeline, text_data
    )


def _wide(scale: Scale) -> Grid:
    ngrams = [UNIGRAMS] if scale.small else [UNIGRAMS, BIGRAMS]
    alphas = ALPHAS[::4] if scale is Scale.TINY else ALPHAS
    return {"vect__ngram_range": ngrams, "tfidf__norm": ["l1", "l2"], "clf__alpha": alphas}


def text_pipeline(tallies: str = "") -> Pipeline:
    return Pipeline(
        [
            ("vect", CountedVectorizer(tally=_tally(tallies, "vect"))),
            ("tfidf", CountedTfidf(tally=_tally(tallies, "tfidf"))),
            ("clf", CountedSGD(random_state=0, tally=_tally(tallies, "clf"))),
        ]
    )


def numeric_pipeline(tallies: str = "") -> Pipeline:
    return Pipeline(
        [
            ("scale", CountedScaler(tally=_tally(tallies, "scale"))),
            ("pca", CountedPCA(random_state=0, tally=_tally(tallies, "pca"))),
            ("clf", CountedLogistic(tally=_tally(tallies, "clf"))),
        ]
    )


def _tally(folder: str, step: str) -> str:
    return f"{folder}/{step}" if folder else ""


def text_data(scale: Scale) -> Data:
    documents, classes = {
        Scale.TINY: (40, 2),
        Scale.QUICK: (150, 2),
        Scale.LECTURE: (857, 2),
        Scale.FULL: (11_314, 20),
    }[scale]
    return documents_of(documents, classes)


def documents_of(documents: int, classes: int = 2) -> Data:
    """The first so many documents: a larger number has the documents of a smaller one, and more."""
    corpus = load_corpus(documents, classes)
    return Data(corpus.texts, corpus.classes, _folds(corpus.texts, corpus.classes), {"corpus": corpus.describe()})


def numeric_data(scale: Scale) -> Data:
    samples, features = {
        Scale.TINY: (200, 50),
        Scale.QUICK: (2_000, 100),
        Scale.LECTURE: (20_000, 400),
        Scale.FULL: (200_000, 400),
    }[scale]
    X, y = make_classification(
        samples, features, n_informative=30, n_redundant=10, class_sep=1.0, n_clusters_per_class=8, random_state=0
    )
    digest = hashlib.sha256(X.astype("<f8").tobytes() + y.astype("<i8").tobytes()).hexdigest()
    description = {"digest": f"sha256:{digest}", "source": "generated", "shape": f"{samples} x {features} float64"}
    return Data(X, y, _folds(X, y), {"numeric": description})


def _folds(X: NDArray[Any], y: NDArray[np.intp]) -> list[Fold]:
    return list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(X, y))
