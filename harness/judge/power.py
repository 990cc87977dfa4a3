"""What these launches could have shown."""

import math
from functools import lru_cache

import numpy as np
from scipy import special

from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, standard_error, student_t

POWER = 0.8
# The chi-squared distribution of the variance, at the middles of equally likely slices.
SLICES = (np.arange(2_000) + 0.5) / 2_000


def smallest_seen(log_ratios: Floats, confidence: float = 0.95, power: float = POWER) -> float | None:
    """The smallest relative change that as many launches, as noisy as these, show as different with this power.

    log_ratios: shape (launches,). confidence: of the interval that has to exclude 1 (the adjusted one).
    Returns a share: 0.03 is 3 % more time; None below 3 launches. It is exp(d s / sqrt(L)) - 1, s being the standard
    deviation over the L launches and d the noncentrality at which a two-sided t test with L - 1 degrees of freedom
    rejects with that power. (The usual t(1 - a/2) + t(power) in the place of d is 5 % short at 3 launches.)
    Source: Cohen (1988), Statistical power analysis, chapter 2; Bloom (1995), Minimum detectable effects.
    """
    if log_ratios.size < FEWEST:
        return None
    change = noncentrality(log_ratios.size - 1, confidence, power) * standard_error(log_ratios)
    return math.expm1(min(change, 700.0))


@lru_cache(maxsize=256)
def noncentrality(degrees: int, confidence: float, power: float = POWER) -> float:
    """How many standard errors off a mean must be for a two-sided t test to see it with this power.

    degrees: degrees of freedom, at least 1. The far tail's share is nothing at the powers in use, and left out.
    """
    from scipy import optimize  # loaded where it is needed: no other command should wait for it

    critical = student_t(degrees, confidence)
    bars = critical * np.sqrt(special.chdtri(degrees, 1 - SLICES) / degrees)

    def surplus(shift: float) -> float:
        return float(np.mean(special.ndtr(shift - bars))) - power

    return float(optimize.brentq(surplus, 0.0, 4 * critical + 10, xtol=1e-6))
