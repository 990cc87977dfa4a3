"""Reads a lock of wheels: a requirements file in which every line is one exact version with its hashes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from harness.failure import HarnessError

# A lock that can't be read is never made anew over its head: its versions would be lost.
AGAIN = "Restore it, or remove it and make it again: `harness env lock`."
_HASH = re.compile(r"\s--hash=(?P<hash>\S+)")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_COMMENT = re.compile(r"(^|\s)#.*$")


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """One locked package. name: normalized. marker: empty if it is wanted everywhere. line: where it stands, from 1."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    line: int


def read(text: str, where: str) -> list[Pin]:
    """All pins of a lock, in its order. `where` is the file's name for errors.

    Raises HarnessError with file and line for anything that is not one exact version with a SHA-256.
    """
    return [_pin(line, logical, where) for line, logical in _logical_lines(text)]


def check(text: str, where: str) -> None:
    """Raise HarnessError for a lock that nothing can be made of: as `read` does, and for one without a package."""
    if not read(text, where):
        raise HarnessError(f"{where}: the lock holds no package. Restore it, or make it again: `harness env lock`.")


def pins(text: str, marker_environment: Mapping[str, str], where: str = "lock") -> dict[str, str]:
    """Versions by normalized name, of the packages that a lock wants in a Python with these marker values.

    Raises HarnessError as `read` does, and where two lines that both apply disagree.
    """
    wanted: dict[str, Pin] = {}
    for pin in read(text, where):
        if pin.marker and not Marker(pin.marker).evaluate(dict(marker_environment)):
            continue
        first = wanted.setdefault(pin.name, pin)
        if first.version != pin.version:
            raise HarnessError(
                f"{where}:{pin.line}: {pin.name} {pin.version} here, and {first.version} in line {first.line}."
            )
    return {name: pin.version for name, pin in wanted.items()}


def read_text(path: str) -> str:
    """A lock's text with plain line ends, so that a checkout on Windows has the same digest.

    Raises HarnessError if it can't be read.
    """
    try:
        return Path(path).read_bytes().decode().replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as reason:
        said = reason.strerror if isinstance(reason, OSError) else reason
        raise HarnessError(f"{path}: the lock can't be read ({said}). {AGAIN}") from reason


def lock_digest(text: str) -> str:
    """SHA-256 of a lock's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines joined at their backslashes, without comments and empty ones, with the number of the first."""
    parts: list[str] = []
    began = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if not parts:
            began = number
        stripped = _COMMENT.sub("", line).strip()
        parts.append(stripped.removesuffix("\\").strip())
        if stripped.endswith("\\"):
            continue
        joined = " ".join(part for part in parts if part)
        parts = []
        if joined:
            yield began, joined
    joined = " ".join(part for part in parts if part)
    if joined:
        yield began, joined


def _pin(line: int, logical: str, where: str) -> Pin:
    place = f"{where}:{line}"
    hashes = tuple(match["hash"] for match in _HASH.finditer(logical))
    stated = _HASH.sub("", logical).strip()
    if stated.startswith("-"):
        raise HarnessError(f"{place}: '{stated.split()[0]}' is an option; a lock holds packages only.")
    try:
        requirement = Requirement(stated)
    except InvalidRequirement as reason:
        raise HarnessError(f"{place}: '{stated}' is no requirement: {str(reason).splitlines()[0]}.") from reason
    version = _exact_version(requirement)
    if version is None:
        raise HarnessError(f"{place}: '{stated}' is no exact version (NAME==VERSION). {AGAIN}")
    if not hashes or not all(_SHA256.fullmatch(each) for each in hashes):
        raise HarnessError(f"{place}: {requirement.name} has no SHA-256. {AGAIN}")
    marker = str(requirement.marker) if requirement.marker else ""
    return Pin(name=canonicalize_name(requirement.name), version=version, marker=marker, hashes=hashes, line=line)


def _exact_version(requirement: Requirement) -> str | None:
    specifiers = list(requirement.specifier)
    if requirement.url or len(specifiers) != 1:
        return None
    only = specifiers[0]
    if only.operator != "==" or only.version.endswith("*"):
        return None
    return only.version
