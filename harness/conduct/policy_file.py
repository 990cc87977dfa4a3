"""The policy that holds where the user stands: `[tool.harness]` of the nearest pyproject.toml that has one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.conduct.policy_table import policy_in
from harness.machine.code import top_of
from harness.pyproject import PROJECT_FILE, read_pyproject
from harness.record.schema import Policy


def policy_of(folder: Path) -> Policy:
    """The policy for runs that begin in a folder: from the file there, else above it, up to the top of the repository.

    Outside of a repository only the folder's own file counts. A file that says nothing but locks states no policy.
    Raises HarnessError with file, line and key of what is wrong.
    """
    here = folder.resolve()
    top = top_of(here) or here
    for each in _upwards(here, top):
        path = each / PROJECT_FILE
        if not os.path.lexists(path):
            continue
        stated = policy_in(read_pyproject(path, os.path.relpath(path, here)))
        if stated is not None:
            return msgspec.structs.replace(stated, source=path.relative_to(top).as_posix())
    return Policy()


def _upwards(here: Path, top: Path) -> Iterator[Path]:
    yield here
    if here.is_relative_to(top):
        yield from (each for each in here.parents if each.is_relative_to(top))
