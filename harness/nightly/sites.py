"""Where a night measures: commits, each checked out, in environments made from locks that the store keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.conduct import Site
from harness.conduct.checkout import checkout
from harness.environment import Kind, Provision, kept_address, realize

_ADDRESS = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(@(?P<kind>\w+))?")
SHORT_LOCK = 7


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured at one site. address: of the environment, without a revision. lock: the text of its lock.

    revision: what the commit is called.
    """

    address: str
    lock: str
    commit: str
    revision: str


class Workshop(msgspec.Struct, frozen=True, kw_only=True):
    """Where sites are made. folder: where the user stands. room: a private folder for locks.

    mirror: a folder that holds the archives of locks that may be gone elsewhere.
    """

    folder: Path
    room: Path
    say: Callable[[str], None]
    mirror: Path | None = None


def site_of(spot: Spot, called: str, shop: Workshop) -> Site:
    """Have the code checked out and the environment made. called: its address in the run, the revision included.

    Raises HarnessError where the commit isn't here, or the environment can't be made.
    """
    code = checkout(shop.folder, spot.commit)
    name, kind = name_and_kind(spot.address)
    address = kept_address(spot.lock, name, kind, shop.room, called, spot.revision)
    provision = Provision(mirror=str(shop.mirror)) if shop.mirror is not None else Provision()
    realized = realize(address, shop.say, provision)
    return Site(realized=realized, folder=code.folder, revision=spot.revision, checkout=code)


def called(spots: list[Spot], digests: list[str]) -> list[str]:
    """What spots are called in a run: `newest:v1.0`; where two would be called the same, with the locks' digests.

    digests: of the spots' locks.
    """
    plain = [f"{spot.address}:{spot.revision}" for spot in spots]
    if len({*plain}) == len(plain):
        return plain
    return [with_lock(spot.address, digest, spot.revision) for spot, digest in zip(spots, digests, strict=True)]


def with_lock(address: str, digest: str, revision: str) -> str:
    """The address of an environment that says which lock it is made from: `newest-1f3a9c2@conda:v1.0`."""
    name, mark, kind = address.partition("@")
    return f"{name}-{digest[:SHORT_LOCK]}{mark}{kind}:{revision}"


def name_and_kind(address: str) -> tuple[str, Kind]:
    """The parts of an environment's address. Raises ValueError for one that is made from no lock."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(f"{address} is made from no lock")
    return match["name"], Kind(match["kind"] or Kind.WHEELS)
