"""All environments that can be named here, and all that lie in the cache: made or not, of today's lock or an older."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import msgspec

from harness.environment.address import Kind, lock_of, names
from harness.environment.backends.making import MAKING, is_complete, read_stamp
from harness.environment.cache import environments_folder
from harness.environment.locks.wheel_lock import lock_digest, read_text
from harness.failure import HarnessError


class State(StrEnum):
    """What has become of an environment. Unfinished: it is being made, or its making was killed."""

    COMPLETE = "complete"
    BROKEN = "its Python is gone"
    UNFINISHED = "unfinished"
    NOT_MADE = "not made"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An environment. prefix: where it lies; None if it isn't made.

    current: whether it is of the lock that lies in this project. size_bytes: what its files take on the disk.
    """

    name: str
    kind: Kind | None
    lock_digest: str | None
    current: bool
    state: State
    python: str | None = None
    size_bytes: int | None = None
    prefix: str | None = None


def listed(root: Path) -> list[Listed]:
    """What lies in the user's cache, and what is locked in `root` and isn't made; by name. Images are not among them.

    A lock that can't be read is passed over here: making it says why.
    """
    locks = dict(_locks(root))
    folder = environments_folder(os.environ)
    made = [_made(path, locks) for path in (folder.iterdir() if folder.is_dir() else ()) if path.is_dir()]
    there = {(each.name, each.kind) for each in made if each.current}
    missing = [
        Listed(name=name, kind=kind, lock_digest=digest, current=True, state=State.NOT_MADE)
        for (name, kind), digest in locks.items()
        if (name, kind) not in there
    ]
    return sorted([*made, *missing], key=lambda each: (each.name, str(each.kind), not each.current, each.prefix or ""))


def _locks(root: Path) -> Iterator[tuple[tuple[str, Kind], str]]:
    for name in names(root):
        for kind in (Kind.WHEELS, Kind.CONDA):
            path = lock_of(name, kind, root)
            try:
                yield (name, kind), lock_digest(read_text(str(path)))
            except HarnessError:
                continue


def _made(prefix: Path, locks: dict[tuple[str, Kind], str]) -> Listed:
    stamp = read_stamp(prefix)
    if stamp is None:
        name = prefix.name.removeprefix(MAKING)
        return Listed(
            name=name,
            kind=None,
            lock_digest=None,
            current=False,
            state=State.UNFINISHED,
            size_bytes=_size_bytes(prefix),
            prefix=str(prefix),
        )
    return Listed(
        name=stamp.name,
        kind=stamp.kind,
        lock_digest=stamp.lock_digest,
        current=locks.get((stamp.name, stamp.kind)) == stamp.lock_digest,
        state=State.COMPLETE if is_complete(prefix, stamp) else State.BROKEN,
        python=stamp.python,
        size_bytes=_size_bytes(prefix),
        prefix=str(prefix),
    )


def _size_bytes(folder: Path) -> int:
    """What the files below a folder take on the disk, links not followed; files that go meanwhile count nothing."""
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512  # noqa: PTH118
            except OSError:
                continue
    return total
