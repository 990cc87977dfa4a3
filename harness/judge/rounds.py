"""The figures that pytest-benchmark keeps of a benchmark's rounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.judge.floats import Floats

_OUTSIDE = 1.5


def round_figures(rounds_s: Sequence[float]) -> dict[str, float | int | str]:
    """As `pytest_benchmark.stats.Stats` has them under the same names. rounds_s: one or more, seconds.

    Quartiles: Wikipedia, Quartile, methods 2 (even) and 3 (odd). Outliers: beyond a standard deviation from the mean;
    and beyond 1.5 interquartile ranges from the quartiles.
    """
    values = np.sort(np.asarray(rounds_s, dtype=float))
    count = len(values)
    mean = float(values.mean())
    deviation = float(values.std(ddof=1)) if count > 1 else 0.0
    q1, q3 = _quartile(values), _quartile(values[::-1])
    low, high = q1 - _OUTSIDE * (q3 - q1), q3 + _OUTSIDE * (q3 - q1)
    inside = values[(values >= low) & (values <= high)]
    beyond = int(np.count_nonzero(np.abs(values - mean) > deviation))
    return {
        "min": float(values[0]),
        "max": float(values[-1]),
        "mean": mean,
        "stddev": deviation,
        "rounds": count,
        "median": float(np.median(values)),
        "iqr": q3 - q1,
        "q1": q1,
        "q3": q3,
        "iqr_outliers": count - len(inside),
        "stddev_outliers": beyond,
        "outliers": f"{beyond};{count - len(inside)}",
        "ld15iqr": float(inside[0]),
        "hd15iqr": float(inside[-1]),
        "ops": 1 / mean,
        "total": float(values.sum()),
        "iterations": 1,
    }


def _quartile(ordered: Floats) -> float:
    """The first quartile of values in order; of values in reverse, the third."""
    count = len(ordered)
    if count == 1:
        return float(ordered[0])
    if count % 2 == 0:
        return float(np.median(ordered[: count // 2]))
    n = count // 4
    if count % 4 == 1:
        return float(0.25 * ordered[n - 1] + 0.75 * ordered[n])
    return float(0.75 * ordered[n] + 0.25 * ordered[n + 1])
