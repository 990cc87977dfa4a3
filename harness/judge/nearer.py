"""Which of two ends a mix of them resembles: a question about one number, its place between them."""

import math
from functools import lru_cache

import msgspec
import numpy as np

from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, launch_interval, standard_error, student_t
from harness.judge.looks import Looks, nominal_level
from harness.record.bisection import Side
from harness.record.schema import Interval

# What each look may spend by then: the first half, because clear cases, which most are, should end there.
SPENT = (0.5, 0.75, 1.0)
MOST_AT_FIRST = 12
_MARGIN = 0.8
# How many launches' worth of belief in the noise known before stands beside what was seen.
_PRIOR_LAUNCHES = 6
# The median absolute deviation of a standard normal.
_NORMAL_MAD = 0.6745


class Nearness(msgspec.Struct, frozen=True, kw_only=True):
    """position: 0 is the good end, 1 the bad one; low, high: its interval. None below three launches."""

    side: Side
    position: float | None = None
    low: float | None = None
    high: float | None = None


def nearer(mix: Floats, ends: Floats, taken: Looks, error: float, *, slower: bool, last: bool) -> Nearness:
    """Which end a mix is nearer to, if these launches tell.

    mix: shape (launches,), the logarithm of the mix's time over the good end's, one estimate a launch. ends: the same
    of the bad end over the good one, in the same launches. taken: the looks, at the last of which this is. error: the
    probability that the side told is the wrong one. slower: whether the bad end is the slower one, as is known from
    before. last: no look will follow.

    It is decided by d = mix - ends / 2 alone, which is 0 half-way: nearer to bad where Student's t interval of its mean
    over launches lies above 0 (both ends meet the same launches, so what disturbs all of them drops out; the ratio of
    two means, Fieller's question, needn't be asked for a side). At the last look a mix that is not told from half-way,
    but from the good end, counts as bad: part of the difference is in it. A mix like the good end is taken for bad by
    that second test, at its error, before it ever passes the first; of one that lies between, neither word is wrong.
    The interval told is that of d, in units of the mean of ends.
    """
    if mix.size < FEWEST:
        return Nearness(side=Side.UNKNOWN)
    sign = 1.0 if slower else -1.0
    level = nominal_level(taken, 2 * error)
    off = sign * (mix - ends / 2)
    mean, half = float(np.mean(off)), _half(off, level)
    side = Side.BAD if mean > half else Side.GOOD if mean < -half else Side.UNKNOWN
    above = sign * mix
    if side is Side.UNKNOWN and last and float(np.mean(above)) > _half(above, level):
        side = Side.BAD
    scale = max(abs(float(np.mean(ends))), 1e-9)
    return Nearness(
        side=side, position=0.5 + mean / scale, low=0.5 + (mean - half) / scale, high=0.5 + (mean + half) / scale
    )


def looks_so_far(launches: list[int]) -> Looks:
    """The looks after each of these numbers of launches, ascending, each with what it may have spent by then."""
    return Looks(launches=tuple(launches), spent=SPENT[: len(launches)])


def launches_for(half_way: float, spread: float, error: float) -> int:
    """How many launches a mix at either end is predicted to need, until it is told from half-way at the first look.

    half_way: half the absolute log ratio of the ends. spread: the standard deviation of a launch's log ratio.
    Returns 4 to 12: further looks have two and four times as many, and clear cases should not wait for the others.
    """
    for launches in range(FEWEST + 1, MOST_AT_FIRST):
        if student_t(launches - 1, 1 - 2 * error * SPENT[0]) * spread / math.sqrt(launches) <= _MARGIN * half_way:
            return launches
    return MOST_AT_FIRST


def held_spread(seen: Floats, prior: float) -> float:
    """The standard deviation of a launch's log ratio, held by what was believed before: few launches know it badly.

    seen: shape (launches,). prior: a standard deviation, which counts as six launches do. From the median absolute
    deviation, as one launch that met a neighbour is no reason to plan many: it only says where the first look is.
    Source: Hampel (1974), The influence curve and its role in robust estimation.
    """
    if not seen.size:
        return prior
    deviation = float(np.median(np.abs(seen - np.median(seen)))) / _NORMAL_MAD
    return math.sqrt((seen.size * deviation**2 + _PRIOR_LAUNCHES * prior**2) / (seen.size + _PRIOR_LAUNCHES))


def effect_of(log_ratios: Floats) -> tuple[float, Interval | None]:
    """A ratio and its 95 % interval over launches, shape (launches,); None below three of them."""
    interval = launch_interval(log_ratios) if log_ratios.size >= FEWEST else None
    return math.exp(float(np.mean(log_ratios))), interval


def _half(values: Floats, level: float) -> float:
    return _quantile(values.size - 1, level) * standard_error(values)


@lru_cache(maxsize=1024)
def _quantile(degrees: int, level: float) -> float:
    return student_t(degrees, 1 - level)
