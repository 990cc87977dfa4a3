"""How many cores this process may use, and what a local cluster makes of them."""

from __future__ import annotations

import os


def available_cores() -> int:
    """Cores that this process may run on, which under a harness or in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cluster_shape(cores: int) -> dict[str, int]:
    """What a cluster of so many cores has: goes into the record, because its workers are part of what was run."""
    return {"workers": cores, "threads_per_worker": 1}
