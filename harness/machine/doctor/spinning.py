"""Runs the fixed loop: on one core after the other, and on all at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from harness.machine.doctor.measured import Loops

_PROGRAM = Path(__file__).with_name("spin.py")
# For all cores together; a core of a large machine gets less.
_ALONE_S = 2.0
_LONGEST_S = 0.3
_TOGETHER_S = 0.5
_PATIENCE_S = 60.0


class Spun(msgspec.Struct, frozen=True, kw_only=True):
    """What one process of the program says."""

    loops: tuple[Loops, ...]
    after_rest: float | None = None


def one_by_one(cores: Sequence[int]) -> Spun | None:
    """The loop on one core after the other, and after rests on the last; None where a process can't be pinned."""
    seconds = min(_LONGEST_S, _ALONE_S / len(cores))
    spun = _spun([[str(seconds), "rest", *map(str, cores)]])
    return spun[0] if spun else None


def all_at_once(cores: Sequence[int]) -> tuple[Loops, ...]:
    """The loop on all cores, in a process each, at the same time; empty where processes can't be pinned."""
    spun = _spun([[str(_TOGETHER_S), "no-rest", str(core)] for core in cores])
    return tuple(loops for each in spun for loops in each.loops)


def _spun(arguments: Sequence[Sequence[str]]) -> list[Spun]:
    if not hasattr(os, "sched_setaffinity"):
        return []
    started: list[subprocess.Popen[str]] = []
    try:
        started.extend(_start(each) for each in arguments)
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=_PATIENCE_S)[0] for process in started]
        return [msgspec.json.decode(each, type=Spun) for each in said]
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError):
        return []
    finally:
        for process in started:
            process.kill()
            process.communicate()


def _start(arguments: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_PROGRAM), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
