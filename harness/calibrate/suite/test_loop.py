"""What the harness is calibrated on: a function of some 10 ms, one with 2 % more to do, and one that does nothing."""

from typing import Any

import pytest

STEPS = 200_000


def ten_milliseconds(steps: int = STEPS) -> int:
    total = 0
    for number in range(steps):
        total += number * number % 7
    return total


@pytest.mark.benchmark(group="loop")
def test_loop(benchmark: Any) -> None:
    benchmark(ten_milliseconds)


@pytest.mark.benchmark(group="changed")
@pytest.mark.parametrize("variant", ["as it was", "changed"])
def test_changed(benchmark: Any, variant: str) -> None:
    steps = STEPS + STEPS // 50 if variant == "changed" else STEPS
    benchmark.extra_info["counters"] = {"steps": steps}
    benchmark(ten_milliseconds, steps)


@pytest.mark.benchmark(group="instant")
@pytest.mark.parametrize("variant", ["one", "other"])
def test_instant(benchmark: Any, variant: str) -> None:  # noqa: ARG001  (a parameter is a variant by its name)
    benchmark(sum, (1, 2))
