"""Two short functions, alone and beside a neighbour that touches 240 MB: their ratio should not care."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

# 240 kB: it fits into a core's own cache, and a neighbour can drive it out.
NUMBERS = np.arange(30_000, dtype=float)
NEIGHBOUR_BYTES = 240_000_000


def add_up() -> float:
    return float(NUMBERS.sum())


def square() -> float:
    return float((NUMBERS * NUMBERS).sum())


def touch_much() -> int:
    much = np.ones(NEIGHBOUR_BYTES // 8)
    return int(much[::8].sum())


@pytest.mark.benchmark(group="alone")
@pytest.mark.parametrize("variant", [add_up, square])
def test_alone(benchmark: Any, variant: Callable[[], object]) -> None:
    benchmark(variant)


@pytest.mark.benchmark(group="crowded")
@pytest.mark.parametrize("variant", [add_up, square, touch_much])
def test_crowded(benchmark: Any, variant: Callable[[], object]) -> None:
    benchmark(variant)
