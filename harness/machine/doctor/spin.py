"""A program of its own: runs a short fixed loop on one core after the other and prints how long it took.

python -I -S spin.py SECONDS REST CORE... ; begins when it's told to by a line on its standard input.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import sys
import time
from typing import Any

LOOPS = 2_000
REST_S = 0.1
AFTER_REST_S = 0.005
RESTS = 5


def main() -> None:
    """Say that we are ready, wait, measure, print."""
    seconds, rests = float(sys.argv[1]), sys.argv[2] == "rest"
    cores = [int(each) for each in sys.argv[3:]]
    os.sched_setaffinity(0, {cores[0]})
    print("ready", flush=True)
    sys.stdin.readline()
    loops = [{"core": core, **spin_on(core, seconds)} for core in cores]
    print(json.dumps({"loops": loops, "after_rest": after_rest() if rests else None}))


def spin_on(core: int, seconds: float) -> dict[str, Any]:
    """Loop on one core for so long."""
    os.sched_setaffinity(0, {core})
    spin(seconds / 20)
    cpu_s = time.process_time()
    times = spin(seconds)
    spent_s = time.process_time() - cpu_s
    return {
        "fastest_s": min(times),
        "median_s": statistics.median(times),
        "mean_s": statistics.fmean(times),
        "wall_s": sum(times),
        "cpu_s": spent_s,
    }


def spin(seconds: float) -> list[float]:
    """The times of all loops, without a gap between them."""
    clock = time.perf_counter
    moments = [clock()]
    while moments[-1] - moments[0] < seconds:
        for _ in range(LOOPS):
            pass
        moments.append(clock())
    return [later - earlier for earlier, later in itertools.pairwise(moments)]


def after_rest() -> float:
    """The median over some rests: the median loop just after one, against the median loop just before it."""
    ratios = []
    for _ in range(RESTS):
        before = statistics.median(spin(AFTER_REST_S * 4))
        time.sleep(REST_S)
        ratios.append(statistics.median(spin(AFTER_REST_S)) / before)
    return statistics.median(ratios)


if __name__ == "__main__":
    main()
