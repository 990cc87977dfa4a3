"""What a search owes, in the form in which variants are compared."""

from __future__ import annotations

from typing import Any

from benchmarks.grid_search.grids import Case, Data
from benchmarks.grid_search.variants import Outcome


def answer(outcome: Outcome, case: Case, data: Data) -> dict[str, Any]:
    """Predictions are made here, after the timed call: the search owes the refit pipeline, not its use."""
    search = outcome.search
    labels = [_label(params) for params in case.candidates]
    return {
        "best": _label(search.best_params),
        "mean_test_score": dict(zip(labels, search.mean_test_scores, strict=True)),
        "predictions": search.estimator.predict(data.X),
    }


def _label(params: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(params.items()))
