"""The census that was taken when an environment was made; it lies in the environment, and its digest in the stamp."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from harness.environment.verification.census import MANIFEST, census

SCHEMA = 1


class CountedFile(msgspec.Struct, frozen=True, array_like=True):
    """A file of a census; see `census` for its fields."""

    content: str
    size_bytes: int
    owner: int
    header: str


class CountedPackage(msgspec.Struct, frozen=True, kw_only=True):
    """A package of a census. record: the path of what tells of it; empty if it lies outside the environment."""

    name: str
    version: str
    build: str = ""
    manager: str
    installer: str = ""
    record: str = ""


class Beneath(msgspec.Struct, frozen=True, kw_only=True):
    """The Python beneath a virtual environment: its path, its content and those of its libraries, as in the census."""

    path: str
    content: str
    libraries: dict[str, str]


class Census(msgspec.Struct, frozen=True, kw_only=True):
    """What lay in an environment at one moment; see `census` for its fields."""

    files: dict[str, CountedFile]
    packages: list[CountedPackage]
    interpreter: Beneath | None


class _Manifest(msgspec.Struct, frozen=True, kw_only=True):
    schema: int
    census: Census


def take(prefix: Path) -> Census:
    """Count what lies in an environment now."""
    return msgspec.convert(census(os.fspath(prefix)), Census)


def write(prefix: Path) -> str:
    """Count what lies in an environment and keep it there; returns the SHA-256 of what was written, in hex."""
    content = msgspec.json.encode(_Manifest(schema=SCHEMA, census=take(prefix)))
    (prefix / MANIFEST).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def read(content: bytes, digest: str) -> Census | None:
    """A manifest's census; None if it isn't the one that was written with this digest."""
    if hashlib.sha256(content).hexdigest() != digest:
        return None
    try:
        return msgspec.json.decode(content, type=_Manifest).census
    except msgspec.DecodeError:
        return None
