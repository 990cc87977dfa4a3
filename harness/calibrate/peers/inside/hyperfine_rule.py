"""What hyperfine's own script does with two exported results: Welch's t-test, different if p is below 5 %.

The threshold is the negative decimal logarithm of that level, so that more is stricter here too.
"""

import math
import sys
from collections.abc import Sequence

from scipy.stats import ttest_ind


def slower(first_s: Sequence[float], second_s: Sequence[float], threshold: float) -> bool:
    return log_ratio(first_s, second_s) > 0 and statistic(first_s, second_s) > threshold


def log_ratio(first_s: Sequence[float], second_s: Sequence[float]) -> float:
    return math.log((sum(second_s) / len(second_s)) / (sum(first_s) / len(first_s)))


def statistic(first_s: Sequence[float], second_s: Sequence[float]) -> float:
    p = float(ttest_ind(first_s, second_s, equal_var=False).pvalue)
    return -math.log10(max(p, sys.float_info.min)) if p == p else 0.0  # noqa: PLR0124  (no number where all are equal)
