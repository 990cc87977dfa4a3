"""What a few launches say about a ratio: Student's t over launches, with the signed-rank test as a check."""

import math

import numpy as np
from scipy import special

from harness.judge.floats import Floats
from harness.judge.location import hodges_lehmann
from harness.record.schema import Interval

FEWEST = 3
FEWEST_FOR_RANKS = 6
# Two one-sided tests at 5 % are a 90 % interval (Schuirmann 1987).
EQUIVALENCE_CONFIDENCE = 0.9


class TooFewLaunches(ValueError):
    """An interval was asked of fewer launches than can carry one."""


def launch_estimates(block_log_ratios: dict[int, Floats]) -> Floats:
    """One log ratio a launch: the Hodges-Lehmann location of its blocks.

    block_log_ratios: per launch, shape (blocks,). Returns shape (launches,). Blocks of different launches are never
    pooled: what separates two fresh processes is the same for all their blocks.
    """
    return np.array([hodges_lehmann(blocks) for blocks in block_log_ratios.values()], dtype=np.float64)


def launch_interval(log_ratios: Floats, confidence: float = 0.95) -> Interval:
    """Student's t interval of a ratio over launches.

    log_ratios: shape (launches,), the natural logarithm of variant over baseline, one estimate a launch.
    confidence: between 0 and 1. Returns the interval of the ratio itself (dimensionless).
    Raises TooFewLaunches below 3.
    Source: Kalibera and Jones (2013), Rigorous benchmarking in reasonable time, section 6.
    """
    half = half_width(log_ratios, confidence)
    mean = float(np.mean(log_ratios))
    return Interval(low=factor(mean - half), high=factor(mean + half), confidence=confidence)


def half_width(log_ratios: Floats, confidence: float = 0.95) -> float:
    """Half the width of the t interval of the mean log ratio (log_ratios: shape (launches,)); raises as above."""
    require_enough(log_ratios)
    return student_t(log_ratios.size - 1, confidence) * standard_error(log_ratios)


def nominal_confidence(log_ratios: Floats, interval: Interval) -> float:
    """The confidence at which Student's t over these launches, shape (launches,), gives an interval of this width.

    It is more than the interval's own where other looks share the error probability with this one.
    """
    error = standard_error(log_ratios)
    if error == 0 or interval.low <= 0:
        return interval.confidence
    half = math.log(interval.high / interval.low) / 2
    return 1 - 2 * float(special.stdtr(log_ratios.size - 1, -half / error))


def require_enough(log_ratios: Floats) -> None:
    """Raise TooFewLaunches where log_ratios, shape (launches,), can carry no interval."""
    if log_ratios.size < FEWEST:
        raise TooFewLaunches(f"an interval needs {FEWEST} launches, and there are {log_ratios.size}")


def student_t(degrees: float, confidence: float) -> float:
    """What Student's t exceeds, on either side, with a probability of 1 - confidence."""
    return float(-special.stdtrit(degrees, (1 - confidence) / 2))


def standard_error(log_ratios: Floats) -> float:
    """The standard error of the mean of log_ratios, shape (launches,), from two launches on."""
    return float(np.std(log_ratios, ddof=1)) / math.sqrt(log_ratios.size)


def p_value(log_ratios: Floats) -> float:
    """Two-sided p value of "the ratio is 1" by Student's t test over launches.

    log_ratios: shape (launches,). Raises TooFewLaunches below 3. Launches that agree to the last digit leave no doubt
    either way: 1 where they are all 0, else 0.
    """
    require_enough(log_ratios)
    error = standard_error(log_ratios)
    mean = float(np.mean(log_ratios))
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * special.stdtr(log_ratios.size - 1, -abs(mean) / error))


def signed_rank_p(log_ratios: Floats) -> float | None:
    """Two-sided p value of Wilcoxon's signed-rank test over launches; None below six, where it can't reach 5 %.

    log_ratios: shape (launches,). Source: Wilcoxon (1945), Individual comparisons by ranking methods.
    """
    if log_ratios.size < FEWEST_FOR_RANKS:
        return None
    if not np.any(log_ratios):
        return 1.0
    from scipy import stats  # takes a second to load, which most runs need not wait for

    return float(stats.wilcoxon(log_ratios).pvalue)


def factor(log_ratio: float) -> float:
    """The ratio whose logarithm this is, held within what a JSON number can say."""
    return math.exp(min(max(log_ratio, -700.0), 700.0))
