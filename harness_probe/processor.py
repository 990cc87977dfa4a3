"""CPU time of this process and of all that it started."""

from __future__ import annotations

import os
import resource
import time
from typing import Dict, List

_TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


def descendants() -> List[int]:
    """Process ids of all living descendants; empty where the kernel does not list children."""
    found: List[int] = []
    waiting = [os.getpid()]
    while waiting:
        for child in _children(waiting.pop()):
            found.append(child)
            waiting.append(child)
    return found


def _children(process: int) -> List[int]:
    children: List[int] = []
    try:
        for thread in os.listdir("/proc/{}/task".format(process)):
            with open("/proc/{}/task/{}/children".format(process, thread)) as listing:
                children += [int(word) for word in listing.read().split()]
    except OSError:
        pass
    return children


class ProcessorTime:
    """A reading of the CPU time of the process tree, to be subtracted from a later one."""

    def __init__(self) -> None:
        reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
        self._reaped_s = reaped.ru_utime + reaped.ru_stime
        self._living_s: Dict[int, float] = {child: _cpu_s(child) for child in descendants()}
        self._own_s = time.process_time()

    def until(self, later: ProcessorTime) -> float:
        """Seconds of CPU time between this reading and the later one.

        A child that was reaped in between brings its whole life into the later reading: what it had used before this
        reading is taken off again.
        """
        gone_s = sum(used for child, used in self._living_s.items() if child not in later._living_s)
        living_s = sum(used - self._living_s.get(child, 0.0) for child, used in later._living_s.items())
        children_s = living_s + max(0.0, later._reaped_s - self._reaped_s - gone_s)
        return max(0.0, later._own_s - self._own_s) + max(0.0, children_s)


def _cpu_s(process: int) -> float:
    try:
        with open("/proc/{}/stat".format(process)) as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) * _TICK_S
