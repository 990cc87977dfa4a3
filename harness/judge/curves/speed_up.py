"""What workers add: speed-up over one worker, efficiency, and the share that doesn't get faster."""

from collections.abc import Callable

import numpy as np

from harness.judge.change import change_of
from harness.judge.floats import Floats
from harness.judge.launches import factor
from harness.record.schema import Estimate, Interval

CONFIDENCE = 0.95


def speed_up(alone: Floats, together: Floats) -> Estimate:
    """How many times as fast as with one worker.

    alone, together: logarithms of the time with 1 and with several workers, shape (launches,) each. They are measured
    in launches of different cases, so the interval is Welch's (`change_of`); None unless both have three launches.
    """
    gained = change_of(together, alone)
    if gained is None:
        return Estimate(value=factor(float(np.mean(alone) - np.mean(together))))
    return Estimate(value=gained.estimate, interval=gained.interval(CONFIDENCE))


def efficiency(gained: Estimate, workers: float) -> Estimate:
    """Speed-up a worker."""
    return _mapped(gained, lambda value: value / workers)


def serial_share(gained: Estimate, workers: float) -> Estimate:
    """The experimentally determined serial fraction; workers: more than 1. Negative where the speed-up is superlinear.

    Where it grows with the number of workers, it is not serial work that holds them up, but their coordination.
    Source: Karp and Flatt (1990), Measuring parallel processor performance, Communications of the ACM 33.
    """
    return _mapped(gained, lambda value: (1 / value - 1 / workers) / (1 - 1 / workers))


def _mapped(figure: Estimate, monotone: Callable[[float], float]) -> Estimate:
    """A monotone function of an estimate, its interval mapped end by end."""
    if figure.interval is None:
        return Estimate(value=monotone(figure.value))
    low, high = sorted([monotone(figure.interval.low), monotone(figure.interval.high)])
    interval = Interval(low=low, high=high, confidence=figure.interval.confidence)
    return Estimate(value=monotone(figure.value), interval=interval)
