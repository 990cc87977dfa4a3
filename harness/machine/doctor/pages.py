"""What small pages cost against huge ones, at the first touch."""

from __future__ import annotations

import mmap
import statistics
import time

_BYTES = 64 * 2**20
_TRIES = 5


def small_against_huge() -> float | None:
    """First touch of 64 MiB in small pages against huge ones, median of 5; None where memory can't be advised."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return None
    try:
        return statistics.median(_touch_s(mmap.MADV_NOHUGEPAGE) / _touch_s(mmap.MADV_HUGEPAGE) for _ in range(_TRIES))
    except OSError:
        return None


def _touch_s(advice: int) -> float:
    with mmap.mmap(-1, _BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.madvise(advice)
        touched = bytes(_BYTES // mmap.PAGESIZE)
        began = time.perf_counter()
        memory[:: mmap.PAGESIZE] = touched
        return time.perf_counter() - began
