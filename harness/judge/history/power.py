"""Which steps a series could show within a few nights."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy import special

from harness.judge.floats import Floats
from harness.judge.history.scan import BOUND, EFFICIENCY, FEWEST_PAST, PAST, SHARES, gains
from harness.judge.power import POWER

_DRAWS = 500
_SEED = 1
_HALVINGS = 20


def smallest_within(nights: int, variance: float, count: int, error: float, power: float = POWER) -> float | None:
    """The smallest step up that is told within so many nights with this power, a share; None if too little is known.

    nights: one of `SHARES`; the test of the last `nights` alone is looked at. variance: from night to night, of
    logarithms; count: how many nights tell it, and the level. error: the probability of a night to tell of what isn't
    so. It is for nights that spread normally, whose variance is as well known as the test takes it to be.
    """
    if count < FEWEST_PAST:
        return None
    spreads = _smallest(nights, min(count, PAST), error, power)
    return math.expm1(min(spreads * math.sqrt(variance), 700.0))


@lru_cache(maxsize=1024)
def _smallest(nights: int, count: int, error: float, power: float) -> float:
    """In standard deviations, by halving, over a fixed set of draws."""
    degrees = EFFICIENCY * count - 1
    share = 1 + nights / count
    enough = -float(special.stdtrit(degrees, error * SHARES[nights] / 2)) * math.sqrt(share)
    noise, scale = _draws(nights, count, degrees)
    low, high = 0.0, 4 * enough
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        seen = np.mean(gains((noise + middle) / scale, np.array(enough / math.sqrt(BOUND))) >= enough**2)
        low, high = (low, middle) if seen >= power else (middle, high)
    return high


def _draws(nights: int, count: int, degrees: float) -> tuple[Floats, Floats]:
    """What nights are off the level, with its own error, and what the spread is taken for, in standard deviations."""
    chance = np.random.default_rng(_SEED)
    noise = chance.standard_normal((_DRAWS, nights)) + chance.normal(0, count**-0.5, (_DRAWS, 1))
    scale = np.sqrt(chance.chisquare(degrees, (_DRAWS, 1)) / degrees)
    return noise, scale
