"""What belongs into a store on another machine, and isn't there yet; runs in progress lie beside it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from harness.record.places import Folder, Place
from harness.user_cache import cache_folder

_STORE = "store.txt"
# In the order in which they are sent: what a record names is there before the record.
_FOLDERS = ("locks", "variances", "anchors", "records")
_REPLACED = {"locks", "variances"}


class Spool:
    """A folder in the user's cache, named by the address's digest, that is laid out as the store is.

    Everything is written here first, and goes when it has arrived.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self.folder = Folder(
            cache_folder(os.environ) / "spool" / hashlib.sha256(place.address.encode()).hexdigest()[:16]
        )

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file for the store. Raises OSError."""
        if not self.folder.exists(_STORE):
            self.folder.replace(_STORE, self._place.shown.encode())
        self.folder.replace(name, content)

    def send(self, name: str) -> None:
        """Bring a file to the store; one that another process has brought meanwhile is left.

        Raises FileExistsError if another one of its name is there, and HarnessError.
        """
        try:
            content = self.folder.read(name)
        except FileNotFoundError:
            return
        if name.partition("/")[0] in _REPLACED:
            self._place.replace(name, content)
        else:
            self._place.write_new(name, content)
        self.drop(name)

    def drop(self, name: str) -> None:
        """Forget a file."""
        with contextlib.suppress(FileNotFoundError):
            self.folder.remove(name)

    def waiting(self) -> list[str]:
        """The names of the files that aren't in the store yet, in the order in which they are to be sent."""
        return [name for folder in _FOLDERS for name in self._below(folder)]

    def _below(self, folder: str) -> Iterator[str]:
        yield from (f"{folder}/{entry.name}" for entry in self.folder.files(folder) if entry.name[0] != ".")
        for inner in self.folder.folders(folder):
            yield from self._below(f"{folder}/{inner}")

    def path(self, name: str) -> Path:
        """Where a file lies."""
        return self.folder.where(name)
