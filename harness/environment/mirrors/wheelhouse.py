"""The part of a mirror that holds wheels: a flat folder that uv and pip can install from without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from harness.environment.archives.archive import faults
from harness.environment.locks.wheel_lock import Pin
from harness.environment.mirrors.wheel_fit import applies
from harness.failure import HarnessError

FOLDER = "wheels"


def options(mirror: Path, pins: Iterable[Pin], markers: Mapping[str, str]) -> list[str]:
    """What makes uv install these pins from a mirror and from nowhere else, after each wheel was checked.

    uv would not look at a wheel of which it has a good copy itself. markers: the Python's, as in PEP 508.
    Raises HarnessError that names each wheel that is damaged, and each package without one for this Python.
    """
    folder = mirror / FOLDER
    needed = [pin for pin in pins if applies(pin, markers)]
    held = {pin: [path for path in sorted(folder.glob("*.whl")) if is_named(path.name, pin)] for pin in needed}
    damaged = faults((path, digests(pin)) for pin, paths in held.items() for path in paths)
    usable = _tags(markers["python_version"])
    found = [f"{FOLDER}/{path.name}: {said}" for path, said in damaged.items()]
    found += [
        f"{pin.name} {pin.version}: no wheel for this Python"
        for pin, paths in held.items()
        if not any(usable & parse_wheel_filename(path.name)[3] for path in paths)
    ]
    if found:
        listed = "\n".join(f"- {each}" for each in found)
        raise HarnessError(
            f"{mirror}: {len(found)} wheels of this lock aren't as they should be:\n{listed}\n"
            "Make the mirror good again where there is a network: harness env mirror NAME@wheels DIR"
        )
    return ["--offline", "--no-index", "--find-links", str(folder)]


def _tags(python_version: str) -> set[Tag]:
    """What a CPython of this version can install on this machine; it need not be the one that runs this."""
    version = tuple(int(part) for part in python_version.split("."))
    return {*cpython_tags(version), *compatible_tags(version, f"cp{version[0]}{version[1]}")}


def is_named(file_name: str, pin: Pin) -> bool:
    """Whether a file's name says that it is a wheel of this package and version."""
    try:
        name, version, *_ = parse_wheel_filename(file_name)
    except InvalidWheelFilename:
        return False
    return (canonicalize_name(name), version) == (pin.name, Version(pin.version))


def digests(pin: Pin) -> list[str]:
    """The SHA-256, in hex, of the files that a lock accepts."""
    return [each.removeprefix("sha256:") for each in pin.hashes]
