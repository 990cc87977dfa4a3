"""The right to change what lies at one place, for one process at a time; the kernel takes it back from the dead."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

_HELD = ".harness-held-"


@contextlib.contextmanager
def held(place: Path, busy: Callable[[], None]) -> Iterator[int]:
    """Hold a place whose parent exists; waits while another process does. Raises OSError.

    busy: is called before waiting. Yields a descriptor for children that may outlive us: while one of them has it open,
    the place is held.
    """
    path = _lock_of(place)
    descriptor = _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if descriptor is None:
        busy()
        descriptor = _locked(path, fcntl.LOCK_EX)
    assert descriptor is not None
    with _letting_go(path, descriptor):
        yield descriptor


@contextlib.contextmanager
def held_if_free(place: Path) -> Iterator[bool]:
    """The same without waiting: whether the place is held now, or by somebody else. Raises OSError."""
    path = _lock_of(place)
    descriptor = _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if descriptor is None:
        yield False
        return
    with _letting_go(path, descriptor):
        yield True


def _lock_of(place: Path) -> Path:
    return place.with_name(_HELD + place.name)


@contextlib.contextmanager
def _letting_go(path: Path, descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # one that is left does no harm
            path.unlink()
        os.close(descriptor)


def _locked(path: Path, operation: int) -> int | None:
    """A descriptor of the locked file; None if another process has it, and we were told not to wait."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, operation)
            if _lies_at(path, descriptor):  # else its last holder has unlinked it, and nobody but us would find it
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lies_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
