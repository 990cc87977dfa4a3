"""A variant's time over the baseline's, with all that is known about it."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from harness.judge.blocks import block_log_ratios
from harness.judge.floats import Floats
from harness.judge.launches import (
    EQUIVALENCE_CONFIDENCE,
    FEWEST,
    FEWEST_FOR_RANKS,
    launch_estimates,
    launch_interval,
    p_value,
    signed_rank_p,
)
from harness.judge.looks import Looks, interval_after, looks_at
from harness.record.schema import Case, Look, Ratio


def ratio_of(case: Case, variant: str, baseline: str, adjusted_confidence: float | None = None) -> Ratio | None:
    """The ratio of two variants of a case; None where no block has both.

    adjusted_confidence: of the interval that the verdict looks at (holm); None leaves it out.
    The estimand is the mean over launches of the log ratio: the estimate is the geometric mean of the launches'
    estimates, the unit is the launch.
    """
    blocks = block_log_ratios(case.samples, variant, baseline)
    if not blocks:
        return None
    return ratio_of_blocks(blocks, case.looks, adjusted_confidence)


def ratio_of_blocks(
    blocks: Mapping[int, Floats], looks: Sequence[Look], adjusted_confidence: float | None = None
) -> Ratio:
    """The ratio whose logarithms these are: per launch, shape (blocks,), of at least one launch. looks: of the case."""
    taken = looks_at(list(blocks), looks)
    return _of(launch_estimates(dict(blocks)), taken, sum(each.size for each in blocks.values()), adjusted_confidence)


def _of(log_ratios: Floats, taken: Looks, blocks: int, adjusted_confidence: float | None) -> Ratio:
    launches = log_ratios.size
    carries = launches >= FEWEST
    return Ratio(
        estimate=math.exp(float(np.mean(log_ratios))),
        launches=launches,
        blocks=blocks,
        launch_ratios=[math.exp(each) for each in log_ratios],
        interval=launch_interval(log_ratios) if carries else None,
        stopped=interval_after(log_ratios, taken) if carries else None,
        adjusted=interval_after(log_ratios, taken, adjusted_confidence) if carries and adjusted_confidence else None,
        equivalence=interval_after(log_ratios, taken, EQUIVALENCE_CONFIDENCE) if carries else None,
        looks=len(taken.launches),
        few=FEWEST <= launches < FEWEST_FOR_RANKS,
        p_value=p_value(log_ratios) if carries else None,
        signed_rank_p=signed_rank_p(log_ratios),
    )
