"""Where the middle of a few noisy values lies."""

import math

import numpy as np

from harness.judge.floats import Floats

# Up to here all Walsh averages are held at once (a million of them, 8 MB); beyond, they are counted and not listed.
LISTED = 1_400


def hodges_lehmann(values: Floats) -> float:
    """The median of the means of all pairs of values, each value with itself included (Walsh averages).

    values: shape (n,), n at least 1, finite, in any unit. Returns the location in the same unit.
    Raises ValueError where there are no values. It keeps 95 % of the mean's precision on normal noise, and up to 29 %
    of wild values can't carry it away.
    Source: Hodges and Lehmann (1963), Estimates of location based on rank tests.
    """
    if values.size == 0:
        raise ValueError("a location needs at least one value")
    ordered = np.sort(values)
    pairs = ordered.size * (ordered.size + 1) // 2
    if ordered.size <= LISTED:
        return float(np.median(_walsh(ordered)))
    lower = _selected(ordered, (pairs - 1) // 2)
    return lower if pairs % 2 else (lower + _selected(ordered, pairs // 2)) / 2


def location_variance(values: Floats) -> float:
    """What one value contributes to the variance of `hodges_lehmann`: that variance is this, over how many there are.

    values: shape (n,), n at least 2. Returns n times the square of half the width of the location's interval at one
    standard deviation, from the Walsh averages that the signed-rank test inverts to; between two of them interpolated.
    On normal noise it is the values' variance, within a fourth; wild values, which carry that away, hardly move this.
    Source: Lehmann (1963), Nonparametric confidence intervals for a shift parameter; Hollander, Wolfe and Chicken
    (2014), Nonparametric statistical methods, section 3.3.
    """
    size = min(values.size, LISTED)
    averages = np.sort(_walsh(np.sort(values[:size])))
    middle, reach = averages.size / 2, math.sqrt(size * (size + 1) * (2 * size + 1) / 24)
    low, high = np.interp([middle - reach, middle + reach], np.arange(averages.size) + 0.5, averages)
    return float(size * ((high - low) / 2) ** 2)


def _walsh(ordered: Floats) -> Floats:
    first, second = np.triu_indices(ordered.size)
    averages: Floats = (ordered[first] + ordered[second]) / 2
    return averages


def _selected(ordered: Floats, rank: int) -> float:
    """The Walsh average of this rank (from 0), by halving the range in which it lies until the range is one float."""
    low, high = float(ordered[0]), float(ordered[-1])
    while True:
        middle = low + (high - low) / 2
        if middle in {low, high}:
            return low if _at_most(ordered, low) > rank else high
        if _at_most(ordered, middle) > rank:
            high = middle
        else:
            low = middle


def _at_most(ordered: Floats, bound: float) -> int:
    """How many Walsh averages are at most `bound`: for each value, its partners not before it."""
    partners = np.searchsorted(ordered, 2 * bound - ordered, side="right") - np.arange(ordered.size)
    return int(np.clip(partners, 0, None).sum())
