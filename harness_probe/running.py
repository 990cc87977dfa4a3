"""How many threads of this process and of all that it started run at the same time."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any, Dict, List, Optional, Tuple
from typing import Counter as Counted


class Running:
    """Counts, look by look, the threads that run or are ready to: those that take a core, or wait for one.

    A thread that spins counts, because it takes a core. One that waits for the interpreter's lock does not, and as the
    look itself holds it in this process, of Python threads here at most none is seen: what is counted is never too
    many.
    """

    def __init__(self) -> None:
        self._cores = _cores()
        self._looks: Counted[int] = Counter()
        self._crowded: Counted[Tuple[int, ...]] = Counter()

    def look(self, children: List[int]) -> None:
        """Count once. children: the process ids of all descendants."""
        own = _running(os.getpid())
        if own is None:
            return
        # The thread that looks runs.
        counts = [own - 1, *(_running(child) or 0 for child in children)]
        together = sum(counts)
        self._looks[together] += 1
        if together > self._cores:
            self._crowded[tuple(sorted((count for count in counts if count), reverse=True))] += 1

    def told(self) -> Optional[Dict[str, Any]]:
        """How many looks found no thread, one, two, and so on, and how many cores there are for them.

        crowded: of the looks with more threads than cores, how many each process had in most of them, the most first.
        None where nothing could be seen.
        """
        if not self._looks:
            return None
        commonest = self._crowded.most_common(1)
        return {
            "cores": self._cores,
            "looks": [self._looks[threads] for threads in range(max(self._looks) + 1)],
            "crowded": list(commonest[0][0]) if commonest else [],
        }


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _running(process: int) -> Optional[int]:
    """Threads of a process in state R, which is running or runnable (proc(5)); None where that isn't told."""
    folder = "/proc/{}/task".format(process)
    try:
        threads = os.listdir(folder)
    except OSError:
        return None
    return sum(_is_running("{}/{}/stat".format(folder, thread)) for thread in threads)


def _is_running(path: str) -> bool:
    try:
        with open(path, "rb") as stat:
            # The name before it may hold anything, brackets and spaces too.
            return stat.read().rpartition(b")")[2][1:2] == b"R"
    except OSError:
        return False
