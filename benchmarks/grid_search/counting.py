"""Pipeline steps that count how often they are fitted and asked to transform, on every executor.

A grid search clones its estimators and may send them to threads, processes or cluster workers, so no counter in
memory survives. Each step therefore carries a file name, its `tally`, as an ordinary parameter, and appends one byte
per call: appending is atomic between the processes of one machine, the count is the size of the file, and one count
costs about 20 microseconds.
"""
# ruff: noqa: N803  X is scikit-learn's word for the samples

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.preprocessing import StandardScaler

# scikit-learn's fit_transform may call fit and transform of the same object: only the outermost call counts.
_inside = threading.local()


@contextmanager
def _counted(tally: str, *events: str) -> Iterator[None]:
    outermost = not getattr(_inside, "call", False)
    if outermost and tally:
        for event in events:
            _append_byte(f"{tally}.{event}")
    _inside.call = True
    try:
        yield
    finally:
        _inside.call = not outermost


def _append_byte(path: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, b".")
    finally:
        os.close(file)


class CountsFits:
    """Mixin, placed before an estimator: counts its fits."""

    tally: str

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Any:
        with _counted(self.tally, "fit"):
            return super().fit(X, y, **fit_params)  # type: ignore[misc]


class CountsFitsAndTransforms(CountsFits):
    """Mixin, placed before a transformer: counts its transforms too. A fit_transform is one of each."""

    def transform(self, X: Any) -> Any:
        with _counted(self.tally, "transform"):
            return super().transform(X)  # type: ignore[misc]

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Any:
        with _counted(self.tally, "fit", "transform"):
            return super().fit_transform(X, y, **fit_params)  # type: ignore[misc]


# scikit-learn reads an estimator's parameters from its __init__, so each step names those that a grid may set.


class CountedVectorizer(CountsFitsAndTransforms, CountVectorizer):
    def __init__(self, *, ngram_range: tuple[int, int] = (1, 1), min_df: int = 1, tally: str = "") -> None:
        super().__init__(ngram_range=ngram_range, min_df=min_df)
        self.tally = tally


class CountedTfidf(CountsFitsAndTransforms, TfidfTransformer):
    def __init__(self, *, norm: str = "l2", tally: str = "") -> None:
        super().__init__(norm=norm)
        self.tally = tally


class CountedScaler(CountsFitsAndTransforms, StandardScaler):
    def __init__(self, *, tally: str = "") -> None:
        super().__init__()
        self.tally = tally


class CountedPCA(CountsFitsAndTransforms, PCA):
    def __init__(self, *, n_components: int | None = None, random_state: int = 0, tally: str = "") -> None:
        super().__init__(n_components=n_components, random_state=random_state)
        self.tally = tally


class CountedSGD(CountsFits, SGDClassifier):
    def __init__(self, *, alpha: float = 1e-4, random_state: int = 0, tally: str = "") -> None:
        super().__init__(alpha=alpha, random_state=random_state)
        self.tally = tally


class CountedLogistic(CountsFits, LogisticRegression):
    def __init__(self, *, C: float = 1.0, max_iter: int = 200, tally: str = "") -> None:
        super().__init__(C=C, max_iter=max_iter)
        self.tally = tally


def counts(folder: Path) -> dict[str, int]:
    """What the steps whose tallies lie in this folder have counted: {"fit vect": 31, "transform vect": 61, ...}."""
    found = {}
    for file in folder.iterdir():
        step, event = file.name.rsplit(".", 1)
        found[f"{event} {step}"] = file.stat().st_size
    return dict(sorted(found.items()))
