"""Asks an environment's Python how many threads its number libraries use."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.failure import HarnessError
from harness.machine.doctor.finding import Cost
from harness.machine.doctor.measured import Pools

PROGRAM = Path(__file__).with_name("pools.py")


class _Said(msgspec.Struct, frozen=True):
    threads: dict[str, int]
    ratio: float | None


def read_pools(said: bytes, cores: int) -> Pools:
    """What the program printed. Raises HarnessError where that isn't its answer."""
    try:
        told = msgspec.json.decode(said, type=_Said)
    except msgspec.MsgspecError as error:
        raise HarnessError("the environment's Python didn't say how many threads its libraries use.") from error
    cost = None
    if told.ratio is not None:
        cost = Cost(ratio=told.ratio, how=f"a KMeans fit in the environment, against the same with {cores} threads")
    return Pools(threads=told.threads, cost=cost)
