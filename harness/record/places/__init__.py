"""Where a store lies: a folder, or whatever fsspec knows; a place has the same few functions everywhere."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from harness.failure import HarnessError
from harness.record.places.entry import Entry
from harness.record.places.folder import Folder
from harness.record.places.place import Place, Where
from harness.record.places.remote import Remote

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(::|://)", re.IGNORECASE)
_FILE = "file://"

__all__ = ["Entry", "Folder", "Place", "Remote", "Where", "place_at"]


def place_at(address: str) -> Place:
    """The place of an address: a folder's path, `file://` and the path, or an address with another scheme.

    Raises HarnessError for the path of a file.
    """
    if address.startswith(_FILE):
        return _folder(Path(address.removeprefix(_FILE)))
    return Remote(address) if _SCHEME.match(address) else _folder(Path(address))


def _folder(path: Path) -> Folder:
    with contextlib.suppress(OSError):  # a path that may not be looked at is told when it is used
        if path.is_file():
            raise HarnessError(
                f"the store {path} is a file, not a folder. Name the folder that holds records/ with --store."
            )
    return Folder(path)
