"""What the harness is calibrated on: a function of some 10 ms, and one that does almost nothing."""

from typing import Any

import pytest


def ten_milliseconds() -> int:
    total = 0
    for number in range(200_000):
        total += number * number % 7
    return total


@pytest.mark.benchmark(group="loop")
def test_loop(benchmark: Any) -> None:
    benchmark(ten_milliseconds)


@pytest.mark.benchmark(group="instant")
@pytest.mark.parametrize("variant", ["one", "other"])
def test_instant(benchmark: Any, variant: str) -> None:  # noqa: ARG001  (a parameter is a variant by its name)
    benchmark(sum, (1, 2))
