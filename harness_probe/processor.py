"""CPU time of this process and of all that it started."""

from __future__ import annotations

import os
import resource
import time
from typing import List

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
        # What a child has used moves from it to whoever waits for it, so that the sum stays true whoever that is.
        self._children_s = reaped.ru_utime + reaped.ru_stime + sum(_cpu_s(child) for child in descendants())
        self._own_s = time.process_time()

    def until(self, later: ProcessorTime) -> float:
        """Seconds of CPU time between this reading and the later one."""
        return max(0.0, later._own_s - self._own_s) + max(0.0, later._children_s - self._children_s)


def _cpu_s(process: int) -> float:
    try:
        with open("/proc/{}/stat".format(process)) as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) * _TICK_S
