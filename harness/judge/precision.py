"""How a ratio varies within launches and between them, and how to share the time between launches and blocks."""

import math
from collections.abc import Sequence

import numpy as np

from harness.judge.floats import Floats

# Standard deviation between launches of identical code, beyond what their blocks' noise leaves in them.
# `harness machine floors` prints what a machine has shown.
PRIOR_BETWEEN_SD = 0.025
# Standard deviation of a block of turns of 10 ms within its launch, on a virtual machine whose cores have neighbours.
# What a pilot shows in a fraction of a second is held by it, as if it were six blocks more: a plan made in a quiet
# moment would have launches of a single block each, which the first slow moment carries away.
PRIOR_WITHIN_SD = 0.05
PRIOR_WITHIN_DEGREES = 6.0
# The same of a call that has a process of its own, and takes seconds.
PRIOR_FRESH_SD = 0.02
# What is expected beforehand counts for as many degrees of freedom where time is shared out. A weaker prior would let
# cases whose first launches happen to agree end sooner, with intervals that are too narrow.
PRIOR_DEGREES = 12.0


def variance_within(blocks: Sequence[Floats]) -> float:
    """The variance of a block's log ratio within its launch, as a pilot shows it, held by the prior.

    blocks: per launch, shape (blocks,), log ratios.
    """
    return held_variance(blocks, PRIOR_WITHIN_SD**2, PRIOR_WITHIN_DEGREES)


def held_variance(ratios: Sequence[Floats], expected_variance: float, expected_degrees: float) -> float:
    """The variance of a launch's log ratio that these comparisons share, held by what is expected of it.

    ratios: for each comparison, shape (launches,), log ratios. expected_variance: as known beforehand, worth so many
    degrees of freedom. Returns the mean of what was expected and seen, weighted by their degrees of freedom.
    """
    filled = [log_ratios for log_ratios in ratios if log_ratios.size]
    squares = sum(float(np.sum((log_ratios - np.mean(log_ratios)) ** 2)) for log_ratios in filled)
    degrees = sum(log_ratios.size - 1 for log_ratios in filled)
    return held(squares, degrees, expected_variance, expected_degrees)


def held(squares: float, degrees: float, expected_variance: float, expected_degrees: float) -> float:
    """A variance of so many degrees of freedom, whose squares add up to this, held by an expected one."""
    return (expected_degrees * expected_variance + squares) / (expected_degrees + degrees)


def spread(ratios: Sequence[Floats], expected_variance: float, expected_degrees: float, precision: float) -> float:
    """How far the ratios of a case are from what is wanted: standard deviation of a launch over the half-width wanted.

    ratios: for each comparison, shape (launches,), log ratios. expected_variance: of a launch's log ratio, as known
    beforehand, worth so many degrees of freedom. precision: the half-width wanted, as a share; a tenth of the absolute
    log ratio is always good enough. Returns that of the comparison that needs most; 0 where there is none.
    Few launches say little of their own variance: the prior holds it, so that no case gets less time for a lucky start.
    """
    found = [0.0]
    for log_ratios in (each for each in ratios if each.size):
        variance = held_variance([log_ratios], expected_variance, expected_degrees)
        found.append(math.sqrt(variance) / max(precision, abs(float(np.mean(log_ratios))) / 10))
    return max(found)


def blocks_per_launch(
    launch_cost_s: float, block_cost_s: float, variance_within: float, variance_between: float, most: int
) -> int:
    """How many blocks of a launch give the most precise ratio for the time.

    launch_cost_s: seconds to start a launch's probes and warm them up; block_cost_s: seconds of one block; variances of
    the log ratio. Returns sqrt(launch cost / block cost x variance within / variance between), rounded, from 1 to
    `most`. Blocks that cost nothing, or launches that don't differ, get `most`.
    Source: Kalibera and Jones (2013), Rigorous benchmarking in reasonable time, section 5.
    """
    gain = launch_cost_s * variance_within
    loss = block_cost_s * variance_between
    if gain <= 0:
        return 1
    if loss <= 0 or gain / loss >= most**2:
        return max(1, most)
    return max(1, min(most, round(math.sqrt(gain / loss))))
