"""The environments of a record, made again: from the lock that it names, or as the user wants."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.environment import Address, Kind, Realized, kept_address, parse_address, realize
from harness.failure import HarnessError
from harness.record.schema import EnvironmentRecord
from harness.reproduce.locks import Finder, find_lock

_NAMED = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(@(?P<kind>\w+))?")
# Made from the same file.
_OF_WHEELS = {Kind.WHEELS, Kind.IMAGE}


def as_recorded(
    environment: EnvironmentRecord, finders: list[Finder], folder: Path, room: Path, say: Callable[[str], None]
) -> Realized:
    """Make an environment of a record from its lock, under the address that it had there.

    folder: of the project. room: a private folder for the lock. Raises HarnessError where the lock can't be had, and
    for a Python that had none and isn't here.
    """
    if environment.lock_digest is None:
        return _unlocked(environment, folder, say)
    kind = Kind(environment.kind)
    name = _name(environment.address)
    return realize(_address(environment, kind, name, environment.address, finders, folder, room), say)


def as_asked(
    asked: str,
    environment: EnvironmentRecord,
    finders: list[Finder],
    folder: Path,
    here: Path,
    room: Path,
    say: Callable[[str], None],
) -> Realized:
    """Make the environment that the user asks for. With another backend for the recorded name, the recorded lock holds;
    else names are looked up in the recorded project, then in the working folder.

    Raises HarnessError.
    """
    match = _NAMED.fullmatch(asked)
    if match and environment.lock_digest is not None and match["name"] == _name(environment.address):
        kind = match["kind"] or Kind.WHEELS
        if kind in _OF_WHEELS and environment.kind in _OF_WHEELS:
            address = _address(environment, Kind(kind), match["name"], asked, finders, folder, room)
            return realize(address, say)
    try:
        address = parse_address(asked, folder)
    except HarnessError:
        address = parse_address(asked, here)
    return realize(address, say)


def _address(
    environment: EnvironmentRecord, kind: Kind, name: str, text: str, finders: list[Finder], folder: Path, room: Path
) -> Address:
    lock = find_lock(str(environment.lock_digest), finders, folder)
    return kept_address(lock, name, kind, room, text)


def _unlocked(environment: EnvironmentRecord, folder: Path, say: Callable[[str], None]) -> Realized:
    place = environment.address.removesuffix(f":{environment.revision}" if environment.revision else "")
    try:
        realized = realize(parse_address(place, folder), say)
    except HarnessError as fault:
        raise HarnessError(
            f"{fault}\nThe record was measured in {place}, which no lock describes. Choose an environment with --env."
        ) from fault
    # A run side by side calls its variants by their addresses, the commit included.
    return msgspec.structs.replace(realized, address=environment.address)


def _name(address: str) -> str:
    match = _NAMED.match(address)
    return match["name"] if match else "recorded"
