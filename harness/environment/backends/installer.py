"""Runs uv, the only program that resolves and installs wheels here."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import uv

from harness.environment.backends.index import uv_environ, without_addresses
from harness.failure import HarnessError

LAST_LINES = 12
_MOST_DIGESTS = 3


class InstallerError(HarnessError):
    """uv failed. reason: all that it said, without addresses; the message has its last lines."""

    def __init__(self, doing: str, reason: str) -> None:
        super().__init__(f"{doing} failed. uv says:\n{_last_lines(reason)}")
        self.reason = reason


def run_uv(
    arguments: Sequence[str],
    *,
    doing: str,
    folder: Path,
    progress: Callable[[str], None],
    local_sources: bool = True,
    held_files: Sequence[int] = (),
) -> None:
    """Run uv in `folder` and hand its messages on, line by line.

    folder: the working folder, where no project's own uv settings apply. held_files: descriptors that uv keeps open
    until it ends, even when this process dies before it.
    Raises InstallerError with uv's last lines, HarnessError where there is no uv.
    """
    environ = uv_environ(os.environ, local_sources=local_sources)
    environ.update(UV_PYTHON_DOWNLOADS="never", NO_COLOR="1")
    environ.pop("VIRTUAL_ENV", None)
    lines: list[str] = []
    with subprocess.Popen(
        [_executable(), "--no-progress", *arguments],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        pass_fds=tuple(held_files),
    ) as process:
        try:
            for line in process.stderr or ():
                said = without_addresses(line.rstrip())
                lines.append(said)
                if not said.startswith(" "):  # indented: one line for each package
                    progress(said)
        except BaseException:  # an interrupt must not leave uv at work behind our back
            process.kill()
            raise
    if process.returncode != 0:
        raise InstallerError(doing, "\n".join(lines) or f"nothing (exit code {process.returncode})")


def default_index(environ: Mapping[str, str]) -> str:
    """The address of the index that uv would ask in this environment: the user's, else the one that it knows itself.

    Raises HarnessError where uv tells none.
    """
    command = [_executable(), "pip", "compile", "--quiet", "--no-header", "--emit-index-url", "-"]
    told = subprocess.run(command, env=dict(environ), input="", capture_output=True, text=True, check=False)
    for line in told.stdout.splitlines():
        option, _, address = line.partition(" ")
        if option in {"-i", "--index-url"}:
            return address
    raise HarnessError("uv names no package index. Name one for pip (PIP_INDEX_URL) or for uv (UV_DEFAULT_INDEX).")


def _last_lines(said: str) -> str:
    """The end of what uv said; of a list of digests, which may be longer than all the rest, only the first."""
    lines: list[str] = []
    digests = 0
    for line in said.splitlines():
        digests = digests + 1 if line.strip().startswith("sha256:") else 0
        if digests <= _MOST_DIGESTS:
            lines.append(line)
        elif digests == _MOST_DIGESTS + 1:
            lines.append(line.partition("sha256:")[0] + "...")
    return "\n".join(lines[-LAST_LINES:])


def _executable() -> str:
    try:
        return uv.find_uv_bin()
    except FileNotFoundError as reason:
        raise HarnessError("The driver's environment has no uv. Install it: python -m pip install uv") from reason
