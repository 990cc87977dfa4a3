"""Reads all that a project declares and has locked; what can't be read is told, and the rest read all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from harness.environment.address import Kind, lock_of
from harness.environment.declaration.environment_file import read_wheel_names
from harness.environment.declaration.lock_sources import LockSource, lock_sources
from harness.environment.locks.conda_lock import CondaLock, read_conda_lock
from harness.environment.locks.wheel_lock import Pin, lock_digest, read, read_text
from harness.failure import HarnessError

_Read = TypeVar("_Read")


class LockFile(msgspec.Struct, frozen=True, kw_only=True):
    """A lock that is there, or should be. file: its name within the project. digest: None if it can't be read."""

    file: str
    there: bool
    digest: str | None = None


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """A declared lock with its files. pins, conda: None if they aren't there or can't be read."""

    source: LockSource
    wheel_file: LockFile
    conda_file: LockFile | None = None
    pins: list[Pin] | None = None
    conda: CondaLock | None = None


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. unreadable: why what can't be read can't, in words."""

    environments: tuple[Environment, ...]
    wheel_names: dict[str, str]
    unreadable: tuple[str, ...]


def read_project(root: Path) -> Project:
    """Read the declarations and the locks of the project in `root`.

    Raises HarnessError if the declarations themselves can't be understood: then there is nothing to check against.
    """
    unreadable: list[str] = []
    environments = tuple(_environment(root, source, unreadable) for source in lock_sources(root))
    return Project(environments=environments, wheel_names=read_wheel_names(root), unreadable=tuple(unreadable))


def _environment(root: Path, source: LockSource, unreadable: list[str]) -> Environment:
    wheel_file, pins = _lock(root, lock_of(source.name, Kind.WHEELS, root), read, unreadable)
    if source.declared is None or not source.declared.channels:  # then wheels are all that is wanted
        return Environment(source=source, wheel_file=wheel_file, pins=pins)
    conda_file, conda = _lock(root, lock_of(source.name, Kind.CONDA, root), read_conda_lock, unreadable)
    return Environment(source=source, wheel_file=wheel_file, pins=pins, conda_file=conda_file, conda=conda)


def _lock(
    root: Path, path: Path, understand: Callable[[str, str], _Read], unreadable: list[str]
) -> tuple[LockFile, _Read | None]:
    file = path.relative_to(root).as_posix()
    if not path.exists():
        return LockFile(file=file, there=False), None
    try:
        text = read_text(str(path))
        return LockFile(file=file, there=True, digest=lock_digest(text)), understand(text, file)
    except HarnessError as reason:
        unreadable.append(str(reason))
        return LockFile(file=file, there=True), None
