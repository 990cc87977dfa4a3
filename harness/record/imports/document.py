"""JSON of other tools, which may hold NaN and be packed, and what is wrong with it."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from harness.failure import HarnessError

_Kind = TypeVar("_Kind")
_PACKED = b"\x1f\x8b"
_LONGEST = 1e18
_MOST_BYTES = 2_000_000_000


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A file's content, parsed, and its SHA-256."""

    path: Path
    content: Any
    digest: str

    def as_a(self, kind: type[_Kind]) -> _Kind:
        """The content as typed values. Raises HarnessError with the place in it."""
        try:
            return msgspec.convert(self.content, kind, strict=False)
        except (msgspec.ValidationError, RecursionError) as fault:
            raise HarnessError(f"{self.path}: can't be imported: {fault}.") from fault


def read_document(path: Path) -> Document:
    """A file of JSON, packed with gzip or not. Raises HarnessError."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise HarnessError(f"{path}: larger than {_MOST_BYTES / 1e9:.0f} GB; that is no file of benchmarks.")
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if raw.startswith(_PACKED) else raw).decode()
        return Document(path=path, content=json.loads(text), digest=hashlib.sha256(raw).hexdigest())
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise HarnessError(f"{path}: damaged: {fault}. Restore it from a copy.") from fault
    except OSError as fault:
        raise HarnessError(f"{path}: cannot be read: {fault.strerror}.") from fault
    except RecursionError as fault:
        raise HarnessError(f"{path}: it is nested too deeply, so it is no file of a benchmark tool.") from fault
    except ValueError as fault:
        raise HarnessError(f"{path}: no JSON ({fault}), so it is no file of a benchmark tool.") from fault


def moment(text: str, path: Path) -> datetime:
    """A moment as tools write it; without a time zone it is taken as UTC. Raises HarnessError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise HarnessError(f"{path}: can't be imported: '{text}' is no moment.") from fault
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def time_s(value: float | None) -> float | None:
    """A figure that can be a time, or a size: None for NaN, infinity, and what isn't above 0."""
    return value if value is not None and 0 < value < _LONGEST else None
