"""A function of some 10 ms, and one with 5 % more to do, in a suite that takes seconds to start."""

from typing import Any

import pytest

pytest.importorskip("sklearn.linear_model")

STEPS = 200_000


def ten_milliseconds(steps: int) -> int:
    total = 0
    for number in range(steps):
        total += number * number % 7
    return total


@pytest.mark.benchmark(group="changed")
@pytest.mark.parametrize("variant", ["as it was", "changed"])
def test_changed(benchmark: Any, variant: str) -> None:
    steps = STEPS + STEPS // 20 if variant == "changed" else STEPS
    benchmark.extra_info["counters"] = {"steps": steps}
    benchmark(ten_milliseconds, steps)
