"""pytest-benchmark's `--benchmark-compare-fail=mean:PERCENT%`. The threshold is that percentage."""

import math
from collections.abc import Sequence

from pytest_benchmark.stats import Stats
from pytest_benchmark.utils import PercentageRegressionCheck


def slower(first_s: Sequence[float], second_s: Sequence[float], threshold: float) -> bool:
    check = PercentageRegressionCheck("mean", threshold)  # type: ignore[no-untyped-call]
    said = check.fails({"mean": _mean(second_s)}, {"mean": _mean(first_s)})  # type: ignore[no-untyped-call]
    return said is not None


def log_ratio(first_s: Sequence[float], second_s: Sequence[float]) -> float:
    return math.log(_mean(second_s) / _mean(first_s))


def statistic(first_s: Sequence[float], second_s: Sequence[float]) -> float:
    return 100.0 * math.expm1(abs(log_ratio(first_s, second_s)))


def _mean(times_s: Sequence[float]) -> float:
    stats = Stats()  # type: ignore[no-untyped-call]
    stats.data = list(times_s)
    return float(stats.mean)
