"""What an environment's Python says of its threads: those of its number libraries, and those of joblib's workers."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.failure import HarnessError
from harness.machine.doctor.finding import Cost
from harness.machine.doctor.measured import Pools, Workers

PROGRAM = Path(__file__).with_name("pools.py")
WORKERS_PROGRAM = Path(__file__).with_name("workers.py")


class _Said(msgspec.Struct, frozen=True):
    threads: dict[str, int]
    ratio: float | None


class _SaidOfWorkers(msgspec.Struct, frozen=True):
    workers: int
    threads: int
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


def read_workers(said: bytes) -> Workers | None:
    """What the program printed; None where there are no workers. Raises HarnessError where that isn't its answer."""
    try:
        told = msgspec.json.decode(said, type=_SaidOfWorkers | None)
    except msgspec.MsgspecError as error:
        raise HarnessError("the environment's Python didn't say how many threads joblib's workers have.") from error
    if told is None:
        return None
    cost = None
    if told.ratio is not None:
        how = f"KMeans fits in {told.workers} workers, with {told.threads} threads each against one"
        cost = Cost(ratio=told.ratio, how=how)
    return Workers(workers=told.workers, threads=told.threads, cost=cost)
