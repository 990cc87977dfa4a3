"""Sits still and sees what others do meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil

from harness.machine.doctor.measured import Busy, Rest
from harness.machine.pseudofile import readable, text

_SECONDS = 1.0
_NOTED_CORES = 0.01
_NOTED = 8
# user, nice, system, idle, iowait, irq, softirq, steal: guests are counted in user already.
_COUNTED = 8
_NOT_BUSY = (3, 4, 7)  # a core that waits for a disk is free, and what a hypervisor takes is no process of ours

Ticks = dict[int, tuple[float, float]]
Processes = dict[tuple[int, float], tuple[str, float]]


def rest(root: Path = Path("/"), seconds: float = _SECONDS) -> Rest | None:
    """Do nothing for so long, and say how busy the cores were and who kept them so; None where that isn't told."""
    processes, ticks, began = _process_times(), core_ticks(root), time.perf_counter()
    time.sleep(seconds)
    later, later_ticks, elapsed = _process_times(), core_ticks(root), time.perf_counter() - began
    busy = busy_shares(ticks, later_ticks)
    if not busy:
        return None
    return Rest(seconds=elapsed, busy=busy, processes=_busiest(processes, later, elapsed))


def core_ticks(root: Path) -> Ticks:
    """CPU time so far by core: (busy, all of it)."""
    found = {}
    for line in (text(root / "proc/stat") or "").splitlines():
        name, *counted = line.split()
        if name.startswith("cpu") and name[3:].isdecimal() and len(counted) >= _COUNTED:
            spent = [float(each) for each in counted[:_COUNTED]]
            found[int(name[3:])] = (sum(spent) - sum(spent[each] for each in _NOT_BUSY), sum(spent))
    if found or root != Path("/"):
        return found
    return {core: (sum(times) - times.idle, sum(times)) for core, times in enumerate(psutil.cpu_times(percpu=True))}


def busy_shares(before: Ticks, after: Ticks) -> dict[int, float]:
    """The share of the time between two readings that each core was busy."""
    shares = {}
    for core in sorted(before.keys() & after.keys()):
        busy, spent = (after[core][each] - before[core][each] for each in (0, 1))
        if spent > 0:
            shares[core] = min(1.0, max(0.0, busy / spent))
    return shares


def _process_times() -> Processes:
    """Name and CPU seconds so far of each process but this one, by number and start: numbers are used again."""
    found = {}
    for process in psutil.process_iter(["name", "cpu_times", "create_time"]):
        times = process.info["cpu_times"]
        if times is not None and process.pid != os.getpid():
            began = process.info["create_time"] or 0.0
            found[process.pid, began] = readable(process.info["name"] or "?"), times.user + times.system
    return found


def _busiest(before: Processes, after: Processes, seconds: float) -> tuple[Busy, ...]:
    used = [
        Busy(pid=process[0], name=name, cores=(spent_s - before.get(process, ("", 0.0))[1]) / seconds)
        for process, (name, spent_s) in after.items()
    ]
    noted = [each for each in used if each.cores >= _NOTED_CORES]
    return tuple(sorted(noted, key=lambda each: -each.cores)[:_NOTED])
