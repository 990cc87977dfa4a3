"""Asks a Python what it is and what is installed in it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name

from harness.failure import HarnessError

TIMEOUT_S = 120.0

# Runs in the environment that is asked, from Python 3.7 on, with the standard library only. Python 3.7 has no
# importlib.metadata: there pkg_resources, which is in every environment of that age, tells the same.
QUESTION = r"""
import json, os, platform, sys

def distributions():
    try:
        from importlib import metadata
    except ImportError:
        import pkg_resources
        return [(each.project_name, each.version) for each in pkg_resources.working_set]
    return [(each.metadata["Name"], each.version) for each in metadata.distributions()]

implementation = sys.implementation
version = "{0.major}.{0.minor}.{0.micro}".format(implementation.version)
if implementation.version.releaselevel != "final":
    version += implementation.version.releaselevel[0] + str(implementation.version.serial)
markers = {
    "implementation_name": implementation.name,
    "implementation_version": version,
    "os_name": os.name,
    "platform_machine": platform.machine(),
    "platform_python_implementation": platform.python_implementation(),
    "platform_release": platform.release(),
    "platform_system": platform.system(),
    "platform_version": platform.version(),
    "python_full_version": platform.python_version(),
    "python_version": "{}.{}".format(*sys.version_info[:2]),
    "sys_platform": sys.platform,
}
# The first one on sys.path is the one that would be imported.
installed = {}
for name, release in distributions():
    if name:
        installed.setdefault(name, release)
json.dump({"prefix": sys.prefix, "markers": markers, "installed": installed}, sys.stdout)
"""


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    """What a Python says of itself. markers: as in PEP 508. installed: version by normalized name."""

    prefix: str
    markers: dict[str, str]
    installed: dict[str, str]

    @property
    def version(self) -> tuple[int, ...]:
        """Major and minor version."""
        return tuple(int(part) for part in self.markers["python_version"].split("."))


def ask(python: str) -> Interpreter:
    """Start `python` and read its answer.

    Raises HarnessError if it doesn't start, doesn't end within two minutes, or answers anything else.
    """
    return decoded(python, answer(python, QUESTION))


def answer(python: str, question: str) -> str:
    """What `python` prints when it runs a script. Raises HarnessError as `ask` does."""
    # In the root folder, because `-c` puts the working folder on sys.path. Not isolated (-I): what PYTHONPATH and the
    # user's own site-packages put in reach is in reach of the measured code too, and belongs to the answer.
    try:
        answered = subprocess.run(
            [python, "-c", question],
            cwd=Path(python).anchor or os.sep,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, UnicodeDecodeError) as reason:
        raise HarnessError(f"{python}: this Python doesn't start: {reason}.") from reason
    except subprocess.TimeoutExpired as reason:
        raise HarnessError(f"{python}: this Python said nothing for {TIMEOUT_S:.0f} s.") from reason
    if answered.returncode != 0:
        said = os.linesep.join(answered.stderr.strip().splitlines()[-3:]) or f"exit code {answered.returncode}"
        raise HarnessError(f"{python}: this Python doesn't start: {said}")
    return answered.stdout


def decoded(python: str, output: str) -> Interpreter:
    """What the Python at `python` said when it was asked QUESTION. Raises HarnessError for any other answer."""
    try:
        said = msgspec.json.decode(output, type=Interpreter)
    except msgspec.DecodeError as reason:
        raise HarnessError(f"{python}: this is no Python: it answers {output[:80]!r}.") from reason
    installed: dict[str, str] = {canonicalize_name(name): version for name, version in said.installed.items()}
    return Interpreter(prefix=said.prefix, markers=said.markers, installed=installed)
