"""The ratio of two means that were measured in pairs."""

import math

import numpy as np

from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, TooFewLaunches, student_t


def fieller(numerators: Floats, denominators: Floats, confidence: float = 0.95) -> tuple[float, float] | None:
    """The ratios above zero that pairs of values don't exclude: mean(numerators) / mean(denominators).

    numerators, denominators: shape (pairs,), one of each a launch. A ratio r is excluded where Student's t test tells
    the mean of numerators - r * denominators from zero. Returns the smallest and the largest one that are left, the
    latter infinite where the denominator can't be told from zero; None where every ratio above zero is excluded. (A set
    of two pieces, which takes a numerator that can't be told from zero either, is given as its hull.)
    Raises TooFewLaunches below 3.
    Source: Fieller (1954), Some problems in interval estimation, Journal of the Royal Statistical Society B 16.
    """
    pairs = numerators.size
    if pairs < FEWEST:
        raise TooFewLaunches(f"an interval needs {FEWEST} launches, and there are {pairs}")
    (above, across), (_, below) = student_t(pairs - 1, confidence) ** 2 * np.cov(numerators, denominators) / pairs
    numerator, denominator = float(np.mean(numerators)), float(np.mean(denominators))
    # r is left where square * r ** 2 - 2 * linear * r + constant <= 0.
    square = denominator * denominator - float(below)
    linear = numerator * denominator - float(across)
    constant = numerator * numerator - float(above)
    if square == 0:
        return _half_line(linear, constant)
    discriminant = linear * linear - square * constant
    if square < 0 and discriminant <= 0:
        return 0.0, math.inf
    root = math.sqrt(max(0.0, discriminant))
    low, high = sorted(((linear - root) / square, (linear + root) / square))
    if square > 0:
        return (max(low, 0.0), high) if high > 0 else None
    return (0.0 if low > 0 else max(high, 0.0)), math.inf


def _half_line(linear: float, constant: float) -> tuple[float, float] | None:
    """Where -2 * linear * r + constant <= 0, above zero."""
    if linear > 0:
        return max(constant / (2 * linear), 0.0), math.inf
    if linear == 0:
        return (0.0, math.inf) if constant <= 0 else None
    end = constant / (2 * linear)
    return (0.0, end) if end > 0 else None
