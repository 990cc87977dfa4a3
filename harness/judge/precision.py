"""How a ratio varies within launches and between them, and how to share the time between launches and blocks."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from harness.judge.floats import Floats
from harness.judge.launches import FEWEST

# Standard deviation between launches of identical code: 1.5 to 3.4 % where it was measured (docs/method.md).
PRIOR_BETWEEN_SD = 0.025
# What is expected beforehand counts for as many degrees of freedom where time is shared out. A weaker prior would let
# cases whose first launches happen to agree end sooner, with intervals that are too narrow.
PRIOR_DEGREES = 12.0


class VarianceComponents(msgspec.Struct, frozen=True, kw_only=True):
    """Variances of a log ratio: of one block within its launch, and of the launches themselves."""

    within: float
    between: float


def variance_components(launches: Sequence[Floats]) -> VarianceComponents:
    """The variance within and between launches, from the blocks' log ratios.

    launches: per launch, shape (blocks,). The variance within is pooled over the launches (0 where no launch has two
    blocks). The variance between is that of the launch means less what the blocks contribute to it, at least 0; with
    fewer than 3 launches it is the prior, 2.5 % squared.
    Source: Kalibera and Jones (2013), Rigorous benchmarking in reasonable time, section 5.
    """
    filled = [blocks for blocks in launches if blocks.size]
    freedom = sum(blocks.size - 1 for blocks in filled)
    squares = sum(float(np.sum((blocks - np.mean(blocks)) ** 2)) for blocks in filled)
    within = squares / freedom if freedom else 0.0
    if len(filled) < FEWEST:
        return VarianceComponents(within=within, between=PRIOR_BETWEEN_SD**2)
    of_means = float(np.var([np.mean(blocks) for blocks in filled], ddof=1))
    from_blocks = within * float(np.mean([1 / blocks.size for blocks in filled]))
    return VarianceComponents(within=within, between=max(0.0, of_means - from_blocks))


def held_variance(ratios: Sequence[Floats], expected_variance: float, expected_degrees: float) -> float:
    """The variance of a launch's log ratio that these comparisons share, held by what is expected of it.

    ratios: for each comparison, shape (launches,), log ratios. expected_variance: as known beforehand, worth so many
    degrees of freedom. Returns the mean of what was expected and seen, weighted by their degrees of freedom.
    """
    filled = [log_ratios for log_ratios in ratios if log_ratios.size]
    squares = sum(float(np.sum((log_ratios - np.mean(log_ratios)) ** 2)) for log_ratios in filled)
    degrees = expected_degrees + sum(log_ratios.size - 1 for log_ratios in filled)
    return (expected_degrees * expected_variance + squares) / degrees


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
