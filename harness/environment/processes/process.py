"""A process of a realized environment on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import IO

from harness.environment.processes.command import Command
from harness.environment.processes.guard import Guard
from harness.environment.realized import Realized
from harness.failure import HarnessError

# What an outer pytest or coverage run says to its own processes.
_NOT_FOR_PROBES = ("PYTEST_", "COV_CORE_", "COVERAGE_PROCESS")


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

    @property
    def lost(self) -> str | None:
        """Whatever ends it on this machine shows in its exit code."""
        return None

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


def spawn(realized: Realized, command: Command, guard: Guard) -> Process:
    """Start a process on this machine, with this process's own variables beneath the command's.

    Raises HarnessError if it can't be started.
    """
    try:
        with command.log.open("ab") as output:
            popen = subprocess.Popen(
                [realized.python, *command.arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                cwd=command.folder,
                env=_environ(realized, command),
                start_new_session=True,
                bufsize=0,
            )
    except OSError as error:
        raise HarnessError(f"{realized.python}: a probe could not be started: {error.strerror}.") from error
    return Process(popen, command.log, guard)


def _environ(realized: Realized, command: Command) -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_FOR_PROBES)}
    programs = str(Path(realized.python).parent)
    environ["PATH"] = os.pathsep.join([programs, environ.get("PATH", os.defpath)])
    # It ends with the process that has this number.
    environ["HARNESS_PARENT"] = str(os.getpid())
    return environ | command.settings
