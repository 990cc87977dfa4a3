"""pyperf's `compare_to --min-speed PERCENT`: its t-test, and a change of at least so many percent. The threshold is
that percentage; none (0) unless the user gives one.
"""

import math
from collections.abc import Sequence

import pyperf  # type: ignore[import-untyped]
from pyperf._compare import CompareData, CompareResult  # type: ignore[import-untyped]


def slower(first_s: Sequence[float], second_s: Sequence[float], threshold: float) -> bool:
    compared = _compared(first_s, second_s, threshold)
    return compared.norm_mean > 1.0 and bool(compared.significant)


def log_ratio(first_s: Sequence[float], second_s: Sequence[float]) -> float:
    return math.log(_compared(first_s, second_s, 0.0).norm_mean)


def statistic(first_s: Sequence[float], second_s: Sequence[float]) -> float:
    """0 where its t-test sees no difference: then no threshold makes one."""
    if not _compared(first_s, second_s, 0.0).significant:
        return 0.0
    return 100.0 * math.expm1(abs(log_ratio(first_s, second_s)))


def _compared(first_s: Sequence[float], second_s: Sequence[float], min_speed: float) -> CompareResult:
    return CompareResult(_data("first", first_s), _data("second", second_s), min_speed or None)


def _data(name: str, times_s: Sequence[float]) -> CompareData:
    metadata = {"name": "ten_milliseconds", "unit": "second"}
    run = pyperf.Run(list(times_s), metadata=metadata, collect_metadata=False)
    return CompareData(name, pyperf.Benchmark([run]))
