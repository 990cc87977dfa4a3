"""Environments: declared, locked, realized, verified. The only room that knows conda, uv and Docker.

Each backend is one module with the same functions: `create`, `find`, `verify`, `spawn` and `remove`. Which one it is is
decided here and nowhere else.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, cast

from harness.environment.address import Address, Kind, default_address, names
from harness.environment.address import parse as parse_code_address
from harness.environment.cache import environments_folder
from harness.environment.declaration.environment_file import PLATFORMS
from harness.environment.kept import kept_address
from harness.environment.listed import Listed, listed
from harness.environment.locks.making import Locked, Wish, lock_names, make_locks
from harness.environment.locks.wheel_lock import pins
from harness.environment.mirrors.mirrored import ALL_PLATFORMS, Mirrored
from harness.environment.processes.command import Command
from harness.environment.processes.guard import Guard
from harness.environment.processes.held import Held
from harness.environment.provision import Provision
from harness.environment.realized import Realized
from harness.environment.verification.drift import UNLOCKED
from harness.failure import HarnessError
from harness.record.schema import Verification

__all__ = [
    "ALL_PLATFORMS",
    "PLATFORMS",
    "UNLOCKED",
    "Address",
    "Command",
    "Guard",
    "Held",
    "Kind",
    "Listed",
    "Locked",
    "Mirrored",
    "Provision",
    "Realized",
    "Wish",
    "create",
    "default_address",
    "environments_folder",
    "find",
    "kept_address",
    "listed",
    "lock_names",
    "make_locks",
    "mirror",
    "names",
    "parse_address",
    "parse_code_address",
    "pins",
    "realize",
    "remove",
    "spawn",
    "verify",
]

Say = Callable[[str], None]
_USUAL = Provision()


class _Backend(Protocol):
    def create(self, address: Address, provision: Provision, progress: Say) -> Realized: ...
    def find(self, address: Address, provision: Provision) -> Realized | None: ...
    def verify(self, realized: Realized) -> Verification: ...
    def spawn(self, realized: Realized, command: Command, guard: Guard) -> Held: ...
    def remove(self, realized: Realized) -> None: ...


# Imported when one is asked for: a solver or an engine's client takes longer to import than most commands last.
_BACKENDS = {
    Kind.WHEELS: "wheels",
    Kind.CONDA: "conda",
    Kind.IMAGE: "image",
    Kind.PYTHON: "python",
    Kind.LIVE: "python",
}


def create(text: str, root: Path, progress: Say, provision: Provision = _USUAL) -> Realized:
    """Make the environment that an address names, or find it made.

    root: the project's folder, which holds envs/. progress: gets a line for each thing that takes time. provision:
    where it is to lie, and what it is made from.
    Raises HarnessError if the address names nothing, or the environment can't be had.
    """
    return realize(parse_address(text, root), progress, provision)


def parse_address(text: str, root: Path) -> Address:
    """Resolve the address of an environment; one that names a commit of the measured code too (`:REV`) is refused.

    Raises HarnessError for whatever isn't there, with the names that are.
    """
    address = parse_code_address(text, root)
    if address.revision:
        raise HarnessError(
            f"{text}: ':{address.revision}' names code to measure, as in `harness run --env {text}`. An environment "
            "has no revision: leave it away."
        )
    return address


def realize(address: Address, progress: Say, provision: Provision = _USUAL) -> Realized:
    """Make the environment of an address that was parsed before. provision: where it lies and what it is made from.

    A revision names the code to measure, and changes nothing here.
    """
    return _backend(address.kind).create(address, provision, progress)


def find(address: Address, provision: Provision = _USUAL) -> Realized | None:
    """The environment of an address if it was made before, damaged or not; else None. Makes nothing, needs no network.

    Raises HarnessError as `realize` does for what can't be an environment at all.
    """
    return _backend(address.kind).find(address, provision)


def mirror(address: Address, root: Path, folder: Path, platforms: Sequence[str], progress: Say) -> list[Mirrored]:
    """Put all archives of an environment's locks into a folder, from which `realize` needs no network."""
    from harness.environment.mirrors.mirror import mirror as fill  # rattler takes long to import

    return fill(address, root, folder, platforms, progress)


def verify(realized: Realized) -> Verification:
    """Whether an environment is what its lock says: verified, drifted (with findings in words) or unlocked."""
    return _backend(realized.kind).verify(realized)


def spawn(realized: Realized, command: Command, guard: Guard) -> Held:
    """Start a process in an environment. guard: ends it when we can't. Raises HarnessError."""
    return _backend(realized.kind).spawn(realized, command, guard)


def remove(realized: Realized) -> None:
    """Remove an environment that the harness made; raises HarnessError for any other."""
    _backend(realized.kind).remove(realized)


def _backend(kind: Kind) -> _Backend:
    return cast(_Backend, importlib.import_module(f"harness.environment.backends.{_BACKENDS[kind]}"))
