"""Peak memory of one call: this process and all that it started, shared pages once."""

from __future__ import annotations

import os
import resource
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from harness_probe.processor import descendants
from harness_probe.watch import watched

_NEGLIGIBLE_SHARE = 0.05


def peak_of(call: Callable[[], Any]) -> Tuple[Any, Optional[int]]:
    """Run `call`; returns its result and the peak in bytes, None where it can't be told."""
    peak = Peak()
    result = watched(call, [peak.look])
    return result, peak.peak_bytes()


class Peak:
    """The peak of a call that is watched, from the moment when this is made.

    Alone, the kernel's own high-water mark is exact (proc(5): clear_refs, VmHWM). With children the tree is looked at
    over and over, and each shared page counted once.
    """

    def __init__(self) -> None:
        self._reset = _reset_high_water_mark()
        self._seen_bytes = 0
        self._before: Dict[int, Set] = {}

    def look(self, children: List[int]) -> None:
        """Look at the tree once. children: the process ids of all descendants."""
        if self._reset and children:
            sets = {process: _set(process) for process in [os.getpid(), *children]}
            self._seen_bytes = max(self._seen_bytes, together(sets, self._before))
            self._before = sets

    def peak_bytes(self) -> Optional[int]:
        """Bytes at the highest until now, now included; None where that can't be told."""
        self.look(descendants())
        own = _status_bytes("VmHWM") if self._reset else None
        return None if own is None else max(own, self._seen_bytes)


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


class Set(NamedTuple):
    """What a process has in memory, in bytes: its share of anonymous pages; of others, and these counted whole."""

    anonymous: int
    others: int
    others_whole: int


def _reset_high_water_mark() -> bool:
    try:
        with open("/proc/self/clear_refs", "w") as reset:
            reset.write("5")
    except OSError:
        return False
    return True


def _status_bytes(field: str) -> Optional[int]:
    return _kilobytes("/proc/self/status", field)


def _set(process: int) -> Set:
    fields = _rollup("/proc/{}/smaps_rollup".format(process))
    # Kernels before 5.3 don't tell the two kinds apart.
    anonymous = fields.get("Pss_Anon", fields.get("Pss", 0))
    return Set(
        anonymous=anonymous,
        others=fields.get("Pss", 0) - anonymous,
        others_whole=fields.get("Rss", 0) - fields.get("Anonymous", 0) if "Pss_Anon" in fields else 0,
    )


def together(sets: Dict[int, Set], before: Dict[int, Set]) -> int:
    """The memory of a tree in bytes: its processes by number as they are now, and as they were a look before.

    Only the tree has its anonymous pages, so that their shares add up to them. Pages of files and shared memory may be
    mapped by strangers too, by another probe with the same libraries, and the shares add up to less than what is
    there: it's at least as much as the process with the most of them maps. And while a process maps what another has
    mapped, the share of the first was read before it fell: of two looks the smaller share is taken.
    """
    shares = sum(min(each.others, before[process].others) for process, each in sets.items() if process in before)
    most = max(each.others_whole for each in sets.values())
    return sum(each.anonymous for each in sets.values()) + max(shares, most)


def _rollup(path: str) -> Dict[str, int]:
    found: Dict[str, int] = {}
    try:
        with open(path) as lines:
            next(lines, None)
            for line in lines:
                name, _, rest = line.partition(":")
                found[name] = int(rest.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return found


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
