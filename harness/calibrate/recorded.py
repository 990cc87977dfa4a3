"""A comparison as findings keep it, in the form that the judge's rules take."""

from __future__ import annotations

import numpy as np

from harness.calibrate.findings import BASIS_POINT, Comparison
from harness.calibrate.stopping import Floats
from harness.judge import Looks, hodges_lehmann


def estimates(comparison: Comparison) -> Floats:
    """The log ratio of each launch, shape (launches,)."""
    return np.array([hodges_lehmann(np.array(blocks) * BASIS_POINT) for blocks in comparison.launches])


def looks_taken(comparison: Comparison) -> Looks:
    """The looks of its run, the end included."""
    return Looks(
        launches=tuple(number for number, _ in comparison.looks), spent=tuple(share for _, share in comparison.looks)
    )
