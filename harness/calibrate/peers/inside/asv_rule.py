"""asv's `continuous --factor FACTOR`: its test on the recorded samples, and a ratio above the factor, the threshold."""

import math
from collections.abc import Sequence

from asv.commands.compare import _is_result_better  # type: ignore[import-not-found]
from asv_runner.statistics import compute_stats  # type: ignore[import-not-found]


def slower(first_s: Sequence[float], second_s: Sequence[float], threshold: float) -> bool:
    first, first_stats = compute_stats(first_s, 1)
    second, second_stats = compute_stats(second_s, 1)
    # Its test compares each sample with each: asked last, as there is none where the ratio is too small.
    if not _is_result_better(first, second, None, None, threshold):
        return False
    return bool(_is_result_better(first, second, (first_stats, first_s), (second_stats, second_s), threshold))


def log_ratio(first_s: Sequence[float], second_s: Sequence[float]) -> float:
    return math.log(compute_stats(second_s, 1)[0] / compute_stats(first_s, 1)[0])


def statistic(first_s: Sequence[float], second_s: Sequence[float]) -> float:
    """1 where its test sees no difference: then no factor makes one."""
    different = slower(first_s, second_s, 1.0) or slower(second_s, first_s, 1.0)
    return math.exp(abs(log_ratio(first_s, second_s))) if different else 1.0
