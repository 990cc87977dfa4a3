"""Many comparisons in one run: Holm's adjustment."""

from collections.abc import Sequence

import msgspec
import numpy as np


class Adjustment(msgspec.Struct, frozen=True, kw_only=True):
    """What one comparison is held to because it is one of many.

    p_value: adjusted; different at `1 - family_confidence` if at most that. confidence: of the interval to look at.
    """

    p_value: float
    confidence: float


def holm(p_values: Sequence[float], family_confidence: float = 0.95) -> list[Adjustment]:
    """Holm's step-down adjustment of the p values of all comparisons of a run, in the order given.

    p_values: one a comparison, unadjusted. Returns an adjustment for each. The chance that any of those whose truth
    is 1 is called different stays below 1 - family_confidence, whatever their dependence.
    The interval of the i-th smallest of m has the confidence 1 - alpha / (m - i + 1) as long as Holm rejects; all from
    the first that it doesn't share that one's. So an interval excludes 1 exactly where Holm rejects; jointly they are
    the dual of this test, no simultaneous confidence region.
    Source: Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    alpha = 1 - family_confidence
    count = len(p_values)
    order = np.argsort(np.asarray(p_values, dtype=np.float64), kind="stable")
    adjustments: dict[int, Adjustment] = {}
    largest, divisor, rejecting = 0.0, count, True
    for rank, index in enumerate(order):
        p_value = float(p_values[index])
        largest = max(largest, min(1.0, (count - rank) * p_value))
        if rejecting:
            divisor = count - rank
        rejecting = rejecting and p_value <= alpha / divisor
        adjustments[int(index)] = Adjustment(p_value=largest, confidence=1 - alpha / divisor)
    return [adjustments[index] for index in range(count)]
