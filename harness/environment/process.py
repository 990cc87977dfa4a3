"""A process of a realized environment on this machine, and the guard that outlives us to end it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

# Reads process groups to watch over; at the end of its pipe, however we came to our end, it ends them, and removes
# the folder that it was told of.
_GUARD = """
import os, shutil, signal, sys
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
for folder in sys.argv[1:]:
    shutil.rmtree(folder, ignore_errors=True)
"""


class Guard:
    """Kills the process groups it was told of when this process ends, `kill -9` included.

    A stopped process can't notice that its pipe was closed, and the parent-death signal reaches no grandchildren.
    scratch: a folder of theirs that goes with them.
    """

    def __init__(self, scratch: Path | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _GUARD, *([str(scratch)] if scratch else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        self._tell(f"+{group}\n")

    def release(self, group: int) -> None:
        self._tell(f"-{group}\n")

    def close(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()


class Process:
    """One process with pipes, leader of its own group: stopped, woken and killed with all that it started."""

    def __init__(self, popen: subprocess.Popen[bytes], log: Path, guard: Guard) -> None:
        self._popen = popen
        self._guard = guard
        self.log = log
        self.pid = popen.pid
        assert popen.stdin is not None
        assert popen.stdout is not None
        self.stdin: IO[bytes] = popen.stdin
        self.stdout: IO[bytes] = popen.stdout
        guard.watch(self.pid)

    def stop(self) -> None:
        """Keep the whole tree from running (SIGSTOP)."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._signal(signal.SIGCONT)

    def show_stack(self) -> None:
        """Ask the leader to write its Python stack into its log, and to die of it (faulthandler on SIGABRT)."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGABRT)

    def wait(self, timeout_s: float) -> int | None:
        """Exit code, or the negative signal; None if it is still there after so many seconds."""
        try:
            return self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> int:
        """End the whole tree at once; returns the leader's exit code."""
        self._signal(signal.SIGKILL)
        code = self._popen.wait()
        self.stdin.close()
        self.stdout.close()
        self._guard.release(self.pid)
        return code

    def _signal(self, number: signal.Signals) -> None:
        # The group outlives its leader while a worker of its cluster does.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def spawn(argv: Sequence[str], *, guard: Guard, environ: Mapping[str, str], folder: Path, log: Path) -> Process:
    """Start a process in `folder` with its output in `log` and pipes for messages. Raises OSError."""
    with log.open("ab") as output:
        popen = subprocess.Popen(
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=folder,
            env=dict(environ),
            start_new_session=True,
            bufsize=0,
        )
    return Process(popen, log, guard)
