"""What every place can do."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from harness.record.places.entry import Entry

# How a file of a place is named to people: its path, or its address.
Where = Path | str


class Place(Protocol):
    """Files under names such as `records/ID.json`.

    A file is visible whole or not at all. All methods raise FileNotFoundError, FileExistsError, or another OSError with
    the reason; where a place can't be reached or refuses, HarnessError.
    """

    @property
    def address(self) -> str:
        """Where it lies, the same from everywhere on this machine."""

    @property
    def shown(self) -> str:
        """The same as a user gave it, without a password."""

    @property
    def local(self) -> Path | None:
        """Its folder, where it is one of this machine."""

    @property
    def at_once(self) -> int:
        """How many files may be read at the same time to some use."""

    def is_there(self) -> bool:
        """Whether its folder is there; where there are no folders, whether it holds a file."""

    def where(self, name: str) -> Where:
        """How messages name a file."""

    def files(self, folder: str) -> list[Entry]:
        """The files right in a folder, in the order of their names; none if it isn't there."""

    def folders(self, folder: str) -> list[str]:
        """The names of the folders right in a folder."""

    def read(self, name: str) -> bytes:
        """A file's content."""

    def write_new(self, name: str, content: bytes) -> None:
        """Adds a file, and overwrites none: else FileExistsError."""

    def replace(self, name: str, content: bytes) -> None:
        """Gives a file this content, whether it is there or not."""

    def remove(self, name: str) -> None:
        """Removes a file for good."""

    def exists(self, name: str) -> bool:
        """Whether a file is there."""
