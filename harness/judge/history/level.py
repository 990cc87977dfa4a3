"""One level: mean and spread of nights, without those that stand out."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from harness.judge.floats import Floats
from harness.judge.history.window import held


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """mean and variance of the nights that don't stand out (logarithms); count: how many these are."""

    mean: float
    variance: float
    count: int

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return math.sqrt(self.variance / self.count)


def level_of(values: Floats, known: float | None = None) -> Level:
    """The level of all values, shape (nights,), at least one. known: as of `windows`."""
    found = held(values[None, :], np.array([values.size]), known)
    return Level(mean=float(found.level[0]), variance=float(found.variance[0]), count=int(found.count[0]))
