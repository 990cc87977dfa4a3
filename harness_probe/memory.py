"""Peak memory of one call: this process and all that it started, shared pages once."""

from __future__ import annotations

import os
import resource
import threading
from typing import Any, Callable, Optional, Tuple

from harness_probe.processor import descendants

_PERIOD_S = 0.01
_NEGLIGIBLE_SHARE = 0.05


def peak_of(call: Callable[[], Any]) -> Tuple[Any, Optional[int]]:
    """Run `call`; returns its result and the peak in bytes, None where it can't be told.

    Alone, the kernel's own high-water mark is exact (proc(5): clear_refs, VmHWM). With children the proportional set
    sizes of the tree are summed every 10 ms, which counts each shared page once.
    """
    if not _reset_high_water_mark():
        return call(), None
    watch = _TreeWatch()
    watch.start()
    try:
        result = call()
    finally:
        watch.stop()
    own = _status_bytes("VmHWM")
    if own is None:
        return result, None
    return result, max(own, watch.peak_bytes)


class HighWater:
    """The kernel's own mark of this process's peak, which costs a timed call nothing.

    It is the call's peak only if nothing else of weight ran for it: with a child, only watching the tree tells. What
    children that have ended could have touched is known by their page faults: a library that asks `lscpu` for the
    number of cores, as joblib does once, is no weight.
    """

    def __init__(self) -> None:
        self._reset = not descendants() and _reset_high_water_mark()
        self._faults = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt

    def peak_bytes(self) -> Optional[int]:
        """Bytes at the highest since the beginning; None where that can't be told, or children had a share in it."""
        own = _status_bytes("VmHWM")
        if not self._reset or own is None or descendants():
            return None
        touched = (resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt - self._faults) * resource.getpagesize()
        return own if touched <= _NEGLIGIBLE_SHARE * own else None


class _TreeWatch(threading.Thread):
    def __init__(self) -> None:
        super().__init__(daemon=True, name="harness-memory")
        self.peak_bytes = 0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_PERIOD_S):
            self._look()

    def _look(self) -> None:
        children = descendants()
        if children:
            total = sum(_proportional_bytes(process) for process in [os.getpid(), *children])
            self.peak_bytes = max(self.peak_bytes, total)

    def stop(self) -> None:
        self._done.set()
        self.join()
        self._look()


def _reset_high_water_mark() -> bool:
    try:
        with open("/proc/self/clear_refs", "w") as reset:
            reset.write("5")
    except OSError:
        return False
    return True


def _status_bytes(field: str) -> Optional[int]:
    return _kilobytes("/proc/self/status", field)


def _proportional_bytes(process: int) -> int:
    return _kilobytes("/proc/{}/smaps_rollup".format(process), "Pss") or 0


def _kilobytes(path: str, field: str) -> Optional[int]:
    try:
        with open(path) as lines:
            for line in lines:
                name, _, rest = line.partition(":")
                if name == field:
                    return int(rest.split()[0]) * 1024
    except OSError:
        pass
    return None
