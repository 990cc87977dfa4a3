"""What a search owes, in the form in which variants are compared."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.grid_search.grids import Case, Data
from benchmarks.grid_search.variants import Outcome


def answer(outcome: Outcome, case: Case, data: Data) -> dict[str, Any]:
    """Predictions are made here, after the timed call: the search owes the refit pipeline, not its use."""
    search = outcome.search
    labels = [_label(params) for params in case.candidates]
    return {
        "best": _label(search.best_params),
        "mean_test_score": dict(zip(labels, search.mean_test_scores, strict=True)),
        "test_score": {label: _by_fold(scores) for label, scores in zip(labels, search.test_scores, strict=True)},
        "predictions": search.estimator.predict(data.X),
    }


def _by_fold(scores: NDArray[np.float64]) -> dict[str, float]:
    return {f"fold {number}": float(score) for number, score in enumerate(scores, start=1)}


def _label(params: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(params.items()))
