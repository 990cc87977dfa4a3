"""A variant's time over the baseline's, with all that is known about it."""

import math

import numpy as np

from harness.judge.blocks import block_log_ratios
from harness.judge.floats import Floats
from harness.judge.launches import (
    FEWEST,
    FEWEST_FOR_RANKS,
    launch_estimates,
    launch_interval,
    p_value,
    signed_rank_p,
)
from harness.record.schema import Case, Ratio


def ratio_of(case: Case, variant: str, baseline: str, adjusted_confidence: float | None = None) -> Ratio | None:
    """The ratio of two variants of a case; None where no block has both.

    adjusted_confidence: of the interval that the verdict looks at (holm); None leaves it out.
    The estimate is the geometric mean of the launches' estimates: the estimand is the mean over launches of the log
    ratio, the unit is the launch.
    """
    blocks = block_log_ratios(case.samples, variant, baseline)
    if not blocks:
        return None
    return _of(launch_estimates(blocks), sum(each.size for each in blocks.values()), adjusted_confidence)


def _of(log_ratios: Floats, blocks: int, adjusted_confidence: float | None) -> Ratio:
    launches = log_ratios.size
    carries = launches >= FEWEST
    return Ratio(
        estimate=math.exp(float(np.mean(log_ratios))),
        launches=launches,
        blocks=blocks,
        launch_ratios=[math.exp(each) for each in log_ratios],
        interval=launch_interval(log_ratios) if carries else None,
        adjusted=launch_interval(log_ratios, adjusted_confidence) if carries and adjusted_confidence else None,
        few=FEWEST <= launches < FEWEST_FOR_RANKS,
        p_value=p_value(log_ratios) if carries else None,
        signed_rank_p=signed_rank_p(log_ratios),
    )
