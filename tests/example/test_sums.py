"""A suite that takes a second: two ways of summing, and how long the machine would need at best."""

import time
from collections import deque

import pytest

NUMBERS = list(range(20_000))


def by_loop(numbers):
    total = 0
    for number in numbers:
        total += number
    return total


@pytest.mark.parametrize(
    "variant", [pytest.param(by_loop, id="loop", marks=pytest.mark.baseline), pytest.param(sum, id="builtin")]
)
@pytest.mark.benchmark(group="sum")
def test_sum(benchmark, variant):
    total = benchmark(variant, NUMBERS)
    benchmark.extra_info["answer"] = {"total": total}


@pytest.mark.limit
@pytest.mark.benchmark(group="sum")
def test_sum_at_best():
    """Reading the numbers once, in C, and doing nothing with them."""
    began = time.perf_counter()
    for _ in range(100):
        deque(NUMBERS, maxlen=0)
    return (time.perf_counter() - began) / 100
