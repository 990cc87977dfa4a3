"""What comes over a container's attached stream: its output, its errors, and the warden's lines among them."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator
from typing import IO

from harness.environment.processes import warden

STDERR = 2
_FRAME = struct.Struct(">BxxxL")
_CHUNK_BYTES = 65536


def frames(stream: socket.socket) -> Iterator[tuple[int, bytes]]:
    """What comes over an attached stream: which one it was, and a piece of it."""
    reader = stream.makefile("rb", buffering=_CHUNK_BYTES)
    while len(header := reader.read(_FRAME.size)) == _FRAME.size:
        kind, size = _FRAME.unpack(header)
        chunk = reader.read(size)
        yield kind, chunk
        if len(chunk) < size:
            return


def write_all(pipe: IO[bytes], chunk: bytes) -> None:
    """All of it, unless nobody reads any more."""
    left = memoryview(chunk)
    with contextlib.suppress(BrokenPipeError):
        while left:
            left = left[pipe.write(left) :]


class Words:
    """Takes the warden's lines out of what a probe writes, wherever it is cut."""

    def __init__(self) -> None:
        self._begun = b""
        self._complete: list[str] = []

    def taken_out(self, chunk: bytes) -> bytes:
        """What is left of a chunk without them."""
        rest = self._begun + chunk
        kept = b""
        while (start := rest.find(warden.CONTROL)) >= 0:
            end = rest.find(b"\n", start)
            kept += rest[:start]
            if end < 0:
                self._begun = rest[start:]
                return kept
            self._complete.append(rest[start + 1 : end].decode(errors="replace"))
            rest = rest[end + 1 :]
        self._begun = b""
        return kept + rest

    def said(self) -> list[str]:
        """The lines that are complete, once."""
        said, self._complete = self._complete, []
        return said
