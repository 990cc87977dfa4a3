"""A package's file, known by its SHA-256, and whether what lies somewhere is that file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@|/t/[^/\s]+(?=/)")
_THREADS = 4


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """file_name: as in numpy-2.3.5-0.conda. url: where it is to be had. size_bytes: None where nobody has told it."""

    file_name: str
    url: str
    sha256: str
    size_bytes: int | None = None

    @property
    def source(self) -> str:
        """The address without what is secret in it."""
        return _CREDENTIALS.sub("", self.url)


def sha256_of(path: Path) -> str:
    """A file's SHA-256, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fault(path: Path, accepted: Iterable[str]) -> str | None:
    """Why the file at `path` is none with one of these SHA-256, in words; None if it is one."""
    try:
        found = sha256_of(path)
    except FileNotFoundError:
        return "missing"
    except OSError as reason:
        return f"can't be read ({reason.strerror})"
    if found in accepted:
        return None
    locked = sorted(accepted)
    said = f"the lock says {locked[0][:12]}…" if len(locked) == 1 else f"none of the {len(locked)} in the lock"
    return f"damaged: its SHA-256 is {found[:12]}…, {said}"


def faults(paths: Iterable[tuple[Path, Iterable[str]]]) -> dict[Path, str]:
    """All of these files that aren't what they should be, and why, in the order given."""
    listed = list(paths)
    with ThreadPoolExecutor(_THREADS) as pool:
        found = pool.map(lambda each: fault(*each), listed)
        return {path: said for (path, _), said in zip(listed, found, strict=True) if said}
