"""Which cores may be used, and which ones a user asks for."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from harness.failure import HarnessError

# No machine has more; a range that runs further is cut, and refused for the cores it still names.
MOST = 100_000
RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def available() -> list[int]:
    """The numbers of the cores that this process may run on, ascending."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def current() -> int | None:
    """The core that this thread runs on, None where the kernel doesn't tell (proc(5), field 39 of `stat`)."""
    try:
        fields = Path("/proc/thread-self/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[36])


def chosen(asked: str, cores: Sequence[int] | None = None) -> list[int]:
    """The cores that `--cores` asks for, ascending.

    asked: "2" is a number of cores, the first so many; "0,1", "0-3" and "0,2-3" are the cores of these numbers (one
    core by its number is "2-2"). cores: those that may be used, unless said those of this process.
    Raises HarnessError where it's neither, or asks for cores that are not there.
    """
    usable = sorted(available() if cores is None else cores)
    said = asked.strip()
    if said.isdecimal():
        return _first(int(said), usable)
    wanted = sorted({core for part in said.split(",") for core in _range(part.strip(), asked)})
    missing = [core for core in wanted if core not in usable]
    if missing:
        raise HarnessError(
            f"--cores {asked}: core {_listed(missing)} is not available here. Available: {_listed(usable)}."
        )
    return wanted


def named(cores: Sequence[int]) -> str:
    """These cores as `--cores` takes them; a single one as a range, because a number alone is a count."""
    return ",".join(map(str, cores)) if len(cores) > 1 else f"{cores[0]}-{cores[0]}"


def _first(count: int, usable: list[int]) -> list[int]:
    if count < 1:
        raise HarnessError(f"--cores {count}: at least one core is needed. Available: {_listed(usable)}.")
    if count > len(usable):
        raise HarnessError(
            f"--cores {count}: only {len(usable)} are available: {_listed(usable)}. "
            f"(One core by its number is --cores {count}-{count}.)"
        )
    return usable[:count]


def _range(part: str, asked: str) -> range:
    matched = RANGE.fullmatch(part)
    if matched is None:
        raise HarnessError(f"--cores {asked}: '{part}' is no core. Write a number of cores (2), or which: 0,1 or 0-3.")
    low, high = int(matched[1]), int(matched[2] or matched[1])
    if high < low:
        raise HarnessError(f"--cores {asked}: '{part}' runs backwards. Write {high}-{low}.")
    return range(low, min(high, low + MOST) + 1)


def _listed(cores: Sequence[int]) -> str:
    """Core numbers with neighbours drawn together: 0-3, 6."""
    runs: list[list[int]] = []
    for core in cores:
        if runs and core == runs[-1][-1] + 1:
            runs[-1].append(core)
        else:
            runs.append([core])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
