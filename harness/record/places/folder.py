"""A folder of this machine as a place."""

from __future__ import annotations

import os
from pathlib import Path

from harness import whole_file
from harness.record.places.entry import Entry


class Folder:
    """Nothing is made on disk before something is written; what is written outlives a power cut."""

    at_once = 1

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def address(self) -> str:
        """Its absolute path."""
        return os.fspath(self.path.absolute())

    @property
    def shown(self) -> str:
        """Its path as it was given."""
        return os.fspath(self.path)

    @property
    def local(self) -> Path:
        """Its path."""
        return self.path

    def is_there(self) -> bool:
        """Whether it is there, and a folder."""
        return self.path.is_dir()

    def where(self, name: str) -> Path:
        """A file's path."""
        return self.path / name

    def files(self, folder: str) -> list[Entry]:
        """The files right in a folder, hidden ones too, in the order of their names; the stamp is when it changed."""
        try:
            with os.scandir(self.path / folder) as found:
                seen = [(each.name, each.stat(follow_symlinks=False)) for each in found if not _is_folder(each)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(
            (Entry(name, stat.st_size, str(stat.st_mtime_ns)) for name, stat in seen), key=lambda entry: entry.name
        )

    def folders(self, folder: str) -> list[str]:
        """The names of the folders right in a folder."""
        try:
            return sorted(path.name for path in (self.path / folder).iterdir() if path.is_dir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def read(self, name: str) -> bytes:
        """A file's content."""
        return (self.path / name).read_bytes()

    def write_new(self, name: str, content: bytes) -> None:
        """Adds a file, and overwrites none."""
        whole_file.write_new(self.path / name, content)

    def replace(self, name: str, content: bytes) -> None:
        """Gives a file this content."""
        whole_file.replace(self.path / name, content)

    def remove(self, name: str) -> None:
        """Removes a file."""
        (self.path / name).unlink()

    def exists(self, name: str) -> bool:
        """Whether a file is there."""
        return (self.path / name).exists()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir() and not entry.name.endswith(".json")
