"""Writes files that are there whole or not at all, whatever dies meanwhile. All functions raise OSError."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path

# No room: on the disk, of the user's quota, or for so large a file.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}


def replace(path: Path, content: bytes) -> None:
    """Give a file this content, in place of what is there. When this returns, it outlives a power cut."""
    _write(path, content, os.replace)


def write_new(path: Path, content: bytes) -> None:
    """The same for a file that mustn't be there yet: else FileExistsError is raised, and it stays as it is."""
    _write(path, content, publish_new)


def hidden_beside(path: Path) -> Path:
    """A name beside a file for what is to become it, which nobody else has."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")


def publish_new(hidden: Path, target: Path) -> None:
    """Give a finished file its name unless the name is taken: os.link fails where os.rename would replace."""
    try:
        os.link(hidden, target)
    except FileExistsError:
        raise
    except OSError as fault:
        if fault.errno not in _NO_HARD_LINKS:
            raise
        # A file system without hard links: a moment between looking and naming will do.
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from fault
        hidden.rename(target)


def write_synced(path: Path, content: bytes) -> None:
    """Write a file that isn't there yet, onto the disk. Folders on the way are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, content: bytes, publish: Callable[[Path, Path], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = hidden_beside(path)
    try:
        write_synced(hidden, content)
        publish(hidden, path)
    finally:
        hidden.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder can't be opened there, and its entries are journalled
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
