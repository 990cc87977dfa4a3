"""Tonight's lock: solved afresh from what the commit declares, beside its committed lock and never over it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from harness.environment import Kind, Wish, make_locks
from harness.environment.address import lock_of
from harness.environment.locks.wheel_lock import read_text
from harness.failure import HarnessError
from harness.nightly.sites import name_and_kind

# What making a lock writes; all else is only looked at.
_WRITTEN = ("envs", "binder", "conda-lock.yml")
Say = Callable[[str], None]


class Solved(msgspec.Struct, frozen=True, kw_only=True):
    """Tonight's lock. unsolved: why it is the committed one instead of a fresh solve; empty where it is fresh."""

    text: str
    committed: str | None
    unsolved: str = ""


def solve_afresh(address: str, project: Path, channels: Sequence[str], say: Say) -> Solved:
    """Solve the lock of an environment as if there was none yet.

    project: the folder that declares it, which stays as it is. channels: in place of the declared ones, if any.
    Where nothing can be solved (no index in reach, versions that exclude each other), the committed lock is tonight's.
    Raises HarnessError where there is none either.
    """
    name, kind = name_and_kind(address)
    lock = lock_of(name, kind, project)
    committed = read_text(str(lock)) if lock.is_file() else None
    try:
        return Solved(text=_solved(name, kind, project, channels, say), committed=committed)
    except HarnessError as fault:
        if committed is None:
            raise HarnessError(
                f"{name} has no lock at this commit, and none can be solved tonight: {fault}\nMake one, and commit it: "
                f"harness env lock {name}"
            ) from fault
        return Solved(text=committed, committed=committed, unsolved=_short(str(fault)))


def _solved(name: str, kind: Kind, project: Path, channels: Sequence[str], say: Say) -> str:
    with tempfile.TemporaryDirectory(prefix="harness-solve-") as made:
        beside = Path(made)
        _copy(project, beside)
        for each in (Kind.WHEELS, Kind.CONDA):
            # Whatever is locked would stay, as far as it satisfies.
            lock_of(name, each, beside).unlink(missing_ok=True)
        make_locks(beside, [name], wish=Wish(channels=tuple(channels)), progress=say)
        return read_text(str(lock_of(name, kind, beside)))


def _copy(project: Path, beside: Path) -> None:
    """The project as making locks sees it: what is written is a copy, all else the project's own."""
    for entry in project.iterdir():
        if entry.name not in _WRITTEN:
            (beside / entry.name).symlink_to(entry.resolve())
        elif entry.is_dir():
            shutil.copytree(entry, beside / entry.name)
        else:
            shutil.copy(entry, beside / entry.name)


def _short(fault: str) -> str:
    """The first paragraph of what a solver says."""
    return " ".join(fault.partition("\n\n")[0].split())[:400]
