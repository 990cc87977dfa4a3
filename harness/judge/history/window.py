"""Level and spread of the nights before each night, unmoved by single nights that stand out."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from harness.judge.floats import Floats

# A median absolute deviation of normal values times this is their standard deviation.
MAD_TO_SD = 1.4826
# Values further off than so many standard deviations count as standing out; normal ones have this variance within.
REJECTED = 3.0
_WITHIN = 0.97334
# Standard deviations of logarithms below this are none: no clock's figures agree better.
LEAST_SPREAD = 2e-4


class Before(msgspec.Struct, frozen=True):
    """Of the window that ends at each place: level, variance, and of how many values, without those that stand out."""

    level: Floats
    variance: Floats
    count: Floats


def windows(values: Floats, length: int, known: float | None = None) -> Before:
    """The level and the variance of the last `length` values (fewer at the beginning), for each place.

    values: shape (nights,), logarithms. known: a variance that is known already; it tells, together with
    the values' own, which of them stand out. The level is the mean, and the variance the mean square (n - 1), of those
    within three standard deviations of the median, the deviation taken from the median absolute one.
    Source: Hampel (1985), The breakdown points of the mean combined with some rejection rules; the correction of the
    median absolute deviation for few values after Croux and Rousseeuw (1992), Time-efficient algorithms for two highly
    robust estimators of scale.
    """
    return held(*_rows(values, length), known)


def medians(values: Floats, length: int) -> Floats:
    """The median of the last `length` values (fewer at the beginning), for each place."""
    rows, count = _rows(values, length)
    return _middle(np.sort(rows, axis=1), count)


def _rows(values: Floats, length: int) -> tuple[Floats, npt.NDArray[np.intp]]:
    """A row for each place: the values until there, behind infinity where there are fewer; and how many there are."""
    padded = np.concatenate([np.full(length - 1, np.inf), values])
    rows = np.lib.stride_tricks.sliding_window_view(padded, length)
    return rows, np.minimum(np.arange(values.size) + 1, length)


def held(rows: Floats, count: npt.NDArray[np.intp], known: float | None = None) -> Before:
    """The same of each row, of which `count` values are there and the others infinity."""
    middle = _middle(np.sort(rows, axis=1), count)
    with np.errstate(invalid="ignore"):
        off = np.abs(rows - middle[:, None])
    spread = MAD_TO_SD * _middle(np.sort(off, axis=1), count) * count / np.maximum(count - 0.8, 0.2)
    if known is not None:
        spread = np.sqrt((spread**2 + known) / 2)
    limit = REJECTED * np.maximum(spread, LEAST_SPREAD)
    kept = off <= limit[:, None]
    within = kept.sum(axis=1)
    taken = np.where(kept, rows, 0.0)
    level = taken.sum(axis=1) / within
    squares = np.where(kept, rows - level[:, None], 0.0) ** 2
    variance = squares.sum(axis=1) / np.maximum(within - 1, 1) / _WITHIN
    return Before(level, variance, within.astype(np.float64))


def _middle(ordered: Floats, count: npt.NDArray[np.intp]) -> Floats:
    """The medians of rows that are sorted and hold `count` values, behind them infinity."""
    places = np.arange(count.size)
    middle: Floats = (ordered[places, (count - 1) // 2] + ordered[places, count // 2]) / 2
    return middle
