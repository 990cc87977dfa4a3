"""What workers add: speed-up over one worker, efficiency, and the share that doesn't get faster."""

import math
from collections.abc import Callable

import numpy as np
from scipy import special

from harness.judge.curves.line import Points, degrees, half_width
from harness.judge.floats import Floats
from harness.record.schema import Estimate, Interval

CONFIDENCE = 0.95
_GAIN = np.array([1.0, -1.0])


def speed_up(alone: Floats, together: Floats) -> Estimate:
    """How many times as fast as with one worker.

    alone, together: logarithms of the time with 1 and with several workers, shape (launches,) each. They are measured
    in launches of different cases, so the interval is Welch's; None unless both have three launches.
    """
    points = _two(alone, together)
    log = float(_GAIN @ points.means)
    if not points.carries_intervals:
        return Estimate(value=math.exp(log))
    half = half_width(_GAIN, points, CONFIDENCE)
    interval = Interval(low=math.exp(log - half), high=math.exp(log + half), confidence=CONFIDENCE)
    return Estimate(value=math.exp(log), interval=interval)


def gain_p(alone: Floats, together: Floats) -> float:
    """The two-sided p value of "as fast as with one worker", by Welch's test; at least two launches each."""
    points = _two(alone, together)
    error = math.sqrt(float(_GAIN**2 @ points.variances()))
    gain = float(_GAIN @ points.means)
    if error == 0:
        return 1.0 if gain == 0 else 0.0
    return float(2 * special.stdtr(degrees(_GAIN, points), -abs(gain) / error))


def efficiency(gained: Estimate, workers: float) -> Estimate:
    """Speed-up a worker."""
    return _mapped(gained, lambda value: value / workers)


def serial_share(gained: Estimate, workers: float) -> Estimate:
    """The experimentally determined serial fraction; workers: more than 1. Negative where the speed-up is superlinear.

    Where it grows with the number of workers, it is not serial work that holds them up, but their coordination.
    Source: Karp and Flatt (1990), Measuring parallel processor performance, Communications of the ACM 33.
    """
    return _mapped(gained, lambda value: (1 / value - 1 / workers) / (1 - 1 / workers))


def _two(alone: Floats, together: Floats) -> Points:
    return Points(np.array([0.0, 1.0]), [alone, together])


def _mapped(figure: Estimate, monotone: Callable[[float], float]) -> Estimate:
    """A monotone function of an estimate, its interval mapped end by end."""
    if figure.interval is None:
        return Estimate(value=monotone(figure.value))
    low, high = sorted([monotone(figure.interval.low), monotone(figure.interval.high)])
    interval = Interval(low=low, high=high, confidence=figure.interval.confidence)
    return Estimate(value=monotone(figure.value), interval=interval)
