"""Two short functions, alone and beside neighbours: one that touches 240 MB, and one that holds a cluster open.

Their ratio should not care.
"""

import importlib
import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

LENGTH = 30_000
# 240 kB each: they fit into a core's own cache, and a neighbour can drive them out. Mapped, and not from the heap: how
# two arrays lie in their pages is drawn for each launch, and would move the ratio more than any neighbour does.
NUMBERS, SQUARES = np.frombuffer(mmap.mmap(-1, 2 * 8 * LENGTH)).reshape(2, LENGTH)
NUMBERS[:] = np.arange(LENGTH)
NEIGHBOUR_BYTES = 240_000_000


def add_up() -> float:
    return float(NUMBERS.sum())


def square() -> float:
    return float(np.multiply(NUMBERS, NUMBERS, out=SQUARES).sum())


def touch_much() -> int:
    much = np.ones(NEIGHBOUR_BYTES // 8)
    return int(much[::8].sum())


def ask_workers(client: Any) -> list[int]:
    """Let each of the workers do next to nothing: what matters is that they are there when others have their turns."""
    found: list[int] = client.gather(client.map(abs, [-1, -2], pure=False))
    return found


@contextmanager
def two_workers() -> Iterator[Any]:
    # Not where it is collected: other calibrations need it not.
    distributed: Any = importlib.import_module("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": ":0"},  # no dashboard, and no quarrel about its usual port
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.wait_for_workers(2)
        yield client


@pytest.mark.benchmark(group="alone")
@pytest.mark.parametrize("variant", [add_up, square])
def test_alone(benchmark: Any, variant: Callable[..., object]) -> None:
    benchmark(variant)


@pytest.mark.benchmark(group="beside 240 MB")
@pytest.mark.parametrize("variant", [add_up, square, touch_much])
def test_beside_much(benchmark: Any, variant: Callable[..., object]) -> None:
    benchmark(variant)


@pytest.mark.benchmark(group="beside a waiting cluster")
@pytest.mark.parametrize("variant", [add_up, square, ask_workers])
def test_beside_a_cluster(benchmark: Any, variant: Callable[..., object]) -> None:
    """The cluster is held open between turns, as a suite would hold one."""
    if variant is not ask_workers:
        benchmark(variant)
        return
    with two_workers() as client:
        benchmark(variant, client)
