"""Runs the peers' commands, in their environment and in time; nothing of them outlives a trial."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from harness.failure import HarnessError

INSIDE = Path(__file__).parent / "inside"
# Tells the overseer that the command is to end, and that we live.
END = b"."
_LOG = "output.log"
_LAST_CHARACTERS = 300
# What an outer pytest or coverage run, or a user's own settings, would say to these processes.
_NOT_FOR_PEERS = ("PYTEST_", "COV_CORE_", "COVERAGE_PROCESS", "PYTHON", "PYPERF", "ASV_")


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A command that has ended: its exit code, and what it printed to both of its outputs."""

    command: str
    code: int
    output: str

    def checked(self) -> Done:
        """The same, if it didn't fail; else raises HarnessError, in one sentence: which command, and its last words."""
        if self.code:
            raise self.failure()
        return self

    def failure(self) -> HarnessError:
        """That it failed, with its last words."""
        words = " ".join(self.output.split())[-_LAST_CHARACTERS:] or "nothing"
        return HarnessError(f"`{self.command}` failed with exit code {self.code}; its last words: {words}")


def run(
    python: str,
    command: Sequence[str],
    folder: Path,
    timeout_s: float,
    settings: Mapping[str, str] | None = None,
    works_in: Path | None = None,
) -> Done:
    """Run a command to its end, with the programs of the environment of `python` before all others.

    folder: scratch, for temporary files, and removed if this process is killed meanwhile; the command works there,
    unless in `works_in`. settings: variables.
    Raises HarnessError where it can't be started, or isn't done in time; then all that it started has been ended.
    """
    said = shlex.join([Path(command[0]).name, *command[1:]])
    log = folder / _LOG
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python, "-I", str(INSIDE / "overseer.py"), str(folder), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=works_in or folder,
            env=_environ(python, folder) | dict(settings or {}),
            start_new_session=True,
        )
    assert process.stdin is not None
    try:
        code = process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        raise HarnessError(f"`{said}` was not done after {timeout_s:.0f} s, and was ended.") from None
    finally:
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(END)
        process.wait()
    return Done(command=said, code=code, output=log.read_text(encoding="utf-8", errors="replace"))


def _environ(python: str, folder: Path) -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_FOR_PEERS)}
    programs = os.pathsep.join([str(Path(python).parent), environ.get("PATH", os.defpath)])
    return environ | {"PATH": programs, "TMPDIR": str(folder)}
