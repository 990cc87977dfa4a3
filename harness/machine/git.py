"""Asks git about a folder, whatever the user has set, and whoever started us."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_CALM = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
# Where git is told to look by whoever started us, a hook for example.
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")


def git(folder: Path, *arguments: str, held: tuple[int, ...] = ()) -> subprocess.CompletedProcess[bytes]:
    """Run a git command in a folder. held: descriptors that git keeps open. Raises OSError if there is no git."""
    environ = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return subprocess.run(
        ["git", "-c", "core.quotePath=false", "-C", str(folder), *arguments],
        capture_output=True,
        check=False,
        env=environ | _CALM,
        pass_fds=held,
    )
