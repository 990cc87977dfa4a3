"""How long something took, and what of it was work: on a machine that others use, too, the two differ."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness.record.schema import Value

_OUTPUT = 300


class Timing(Value, frozen=True, kw_only=True):
    """wall_s: the shortest of the repetitions. cpu_s: of the same one, its processes included.

    ended: why there is no time, in words: it was stopped, or failed.
    """

    what: str
    wall_s: float | None = None
    cpu_s: float | None = None
    ended: str = ""


def timed(what: str, action: Callable[[], object], repetitions: int = 1) -> Timing:
    """Call something so many times."""
    found = []
    for _ in range(repetitions):
        began_s, cpu_s = time.monotonic(), _cpu_s()
        action()
        found.append((time.monotonic() - began_s, _cpu_s() - cpu_s))
    wall_s, spent_s = min(found)
    return Timing(what=what, wall_s=wall_s, cpu_s=spent_s)


def timed_command(
    what: str, command: Sequence[str], folder: Path, environ: Mapping[str, str], timeout_s: float, repetitions: int = 1
) -> Timing:
    """Run a command so many times; one that fails, or isn't done in time, has no time."""
    cpu_s = _cpu_s()
    try:
        return timed(what, lambda: _run(command, folder, environ, timeout_s), repetitions)
    except subprocess.TimeoutExpired:
        return Timing(what=what, ended=f"stopped after {timeout_s:.0f} s, {_cpu_s() - cpu_s:.0f} s of CPU")
    except subprocess.CalledProcessError as fault:
        return Timing(what=what, ended=f"failed: {' '.join(fault.output.decode(errors='replace').split())[-_OUTPUT:]}")


def _run(command: Sequence[str], folder: Path, environ: Mapping[str, str], timeout_s: float) -> None:
    subprocess.run(
        command,
        cwd=folder,
        env=environ,
        check=True,
        timeout=timeout_s,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
