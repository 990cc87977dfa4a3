"""What a place says of a file without reading it."""

from __future__ import annotations

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """A file: its name, size in bytes, and a stamp that is another one when the file was changed."""

    name: str
    size: int
    stamp: str
