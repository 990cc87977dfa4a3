"""Where the ratio of two variants is 1 between two measured values."""

import msgspec
import numpy as np

from harness.judge.curves.line import Points, fit_line, half_widths
from harness.judge.floats import Floats

CUBIC = 3
STEPS = 512


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A crossing: its x, and the ends of the set of all x that the launches don't exclude."""

    x: float
    low: float | None = None
    high: float | None = None


def crossing(points: Points, first: int, last: int, confidence: float = 0.95) -> Place | None:
    """Where the height of the points crosses zero between two of them, `first` and `last`; None where it doesn't.

    Through these two and a neighbour on either side, as far as there is one, goes a cubic (a parabola through three, a
    line through two; with more than four points it is fitted, launches as weights). By Fieller's argument the set holds
    each x at which the height can't be told from zero: it is a weighted sum of the points' means, with a t interval of
    its own. It is widened by the bend: how far the cubic departs there from the straight line. Between values that
    are far apart it is the bend and not the noise that says how little is known, and a straight line alone would have
    a set that is far too narrow. No set without a neighbour, which shows the bend, nor with fewer than three launches.
    Source: Fieller (1954), Some problems in interval estimation, Journal of the Royal Statistical Society B 16.
    """
    near = points.part(max(0, first - 1), min(points.x.size - 1, last + 1))
    between = points.part(first, last)
    smooth = fit_line(near, near.counts, min(CUBIC, near.x.size - 1))
    grid = np.linspace(between.x[0], between.x[-1], STEPS + 1)
    heights = smooth.at(grid) @ near.means
    roots = _zeros(grid, heights)
    if not roots:
        return None
    if near.x.size < CUBIC or not near.carries_intervals:
        return Place(x=roots[0])
    bend = np.abs(heights - fit_line(between, between.counts).at(grid) @ between.means)
    excess = np.abs(heights) - half_widths(smooth.at(grid), near, confidence) - bend
    inside = grid[excess <= 0]
    ends = [*_zeros(grid, excess), *roots, *(inside if inside.size else [])]
    return Place(x=roots[0], low=min(ends), high=max(ends))


def _zeros(x: Floats, y: Floats) -> list[float]:
    """Where a function that is known on a fine grid crosses zero."""
    before = np.flatnonzero(y[:-1] * y[1:] < 0)
    between = x[before] - y[before] * (x[before + 1] - x[before]) / (y[before + 1] - y[before])
    return sorted(float(at) for at in (*x[y == 0], *between))
