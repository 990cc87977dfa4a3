"""The lock that a record names by its digest, from wherever it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from harness.environment.locks.wheel_lock import lock_digest
from harness.failure import HarnessError
from harness.record import Store

# Gives the text of a lock by its digest; raises HarnessError where it has none.
Finder = Callable[[str], str]


def find_lock(digest: str, finders: list[Finder], folder: Path) -> str:
    """The text of a lock with this digest: from one of the finders, else among the locks of the project in `folder`.

    Raises HarnessError where nobody has it.
    """
    for finder in finders:
        try:
            text = finder(digest)
        except HarnessError:
            continue
        if lock_digest(text) == digest:
            return text
    for text in _locks_in(folder):
        if lock_digest(text) == digest:
            return text
    raise HarnessError(
        f"the lock {digest[:12]} that the record names is neither in the store nor in {folder / 'envs'} at the "
        "recorded commit. Copy it from the store of the run (locks/), reproduce from a bundle, or choose an "
        "environment with --env."
    )


def in_store(store: Store) -> Finder:
    return store.lock


def in_bundle(folder: Path) -> Finder:
    def find(digest: str) -> str:
        try:
            return (folder / "locks" / f"{digest}.txt").read_text("utf-8")
        except (OSError, UnicodeDecodeError) as reason:
            raise HarnessError(f"{folder}: no lock {digest}") from reason

    return find


def _locks_in(folder: Path) -> Iterator[str]:
    candidates = [folder / "conda-lock.yml", *sorted((folder / "envs").glob("*lock.*"))]
    for path in candidates:
        try:
            yield path.read_bytes().decode().replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError):
            continue
