"""How fast a figure grows along an axis."""

import math

import numpy as np

from harness.judge.curves.line import FEWEST_POINTS, Points, fit_line, half_width, lack_of_fit_p, off
from harness.record.schema import Estimate, Growth, Interval, LocalGrowth

CONFIDENCE = 0.95
SIGNIFICANCE = 0.05
# A line that misses no point by more than this is straight for all that a reader does with it, however precise we are.
NEGLIGIBLE = 0.02


def growth_of(points: Points) -> Growth | None:
    """The growth exponent of a figure, from the logarithms of its values; None with fewer than two points.

    The exponent is the slope of the least-squares line through the points, each measured value counting alike: what
    is estimated is then the same however the launches were shared out. Its interval comes from the launches of each
    point, by error propagation (`half_width`), so it holds for that slope even where the line doesn't fit; it is left
    out with fewer than three points, or where one of them has fewer than three launches. Where the line doesn't fit
    (5 %, and by more than 2 % somewhere) the growth is `curved`. Local exponents are those between neighbours.
    """
    if points.x.size < 2:
        return None
    line = fit_line(points, np.ones(points.x.size))
    p_value = lack_of_fit_p(points)
    largest_miss = off(points, line)
    bounded = points.carries_intervals and points.x.size >= FEWEST_POINTS
    return Growth(
        exponent=_estimate(line.steepness, half_width(line.slope, points) if bounded else None),
        low=math.exp(points.x[0]),
        high=math.exp(points.x[-1]),
        at_low=math.exp(line.height(float(points.x[0]))),
        off=largest_miss,
        lack_of_fit_p=p_value,
        curved=p_value is not None and p_value < SIGNIFICANCE and largest_miss > NEGLIGIBLE,
        local=[_between(points.part(place, place + 1)) for place in range(points.x.size - 1)],
    )


def _between(two: Points) -> LocalGrowth:
    line = fit_line(two, np.ones(2))
    half = half_width(line.slope, two) if two.carries_intervals else None
    return LocalGrowth(low=math.exp(two.x[0]), high=math.exp(two.x[1]), exponent=_estimate(line.steepness, half))


def _estimate(value: float, half: float | None) -> Estimate:
    if half is None:
        return Estimate(value=value)
    return Estimate(value=value, interval=Interval(low=value - half, high=value + half, confidence=CONFIDENCE))
