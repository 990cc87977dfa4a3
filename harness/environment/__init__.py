"""Environments: declared, locked, realized, verified. The only room that knows uv.

Each backend is one module with the same functions: `create(address, progress)`, `verify(realized)` and
`remove(realized)`. Which one it is, is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from harness.environment import python, wheels
from harness.environment.address import Address, Kind, names
from harness.environment.address import parse as parse_address
from harness.environment.lock import pins
from harness.environment.realized import Realized
from harness.environment.solve import Locked, make_locks
from harness.environment.verification import UNLOCKED, compare
from harness.record.schema import Verification

__all__ = [
    "UNLOCKED",
    "Address",
    "Kind",
    "Locked",
    "Realized",
    "compare",
    "create",
    "make_locks",
    "names",
    "parse_address",
    "pins",
    "remove",
    "verify",
]


class _Backend(Protocol):
    def create(self, address: Address, progress: Callable[[str], None]) -> Realized: ...
    def verify(self, realized: Realized) -> Verification: ...
    def remove(self, realized: Realized) -> None: ...


_BACKENDS: dict[Kind, _Backend] = {Kind.WHEELS: wheels, Kind.PYTHON: python, Kind.LIVE: python}


def create(text: str, root: Path, progress: Callable[[str], None]) -> Realized:
    """Make the environment that an address names, or find it made.

    root: the project's folder, which holds envs/. progress: gets a line for each thing that takes time.
    Raises HarnessError if the address names nothing, or the environment can't be had.
    """
    address = parse_address(text, root)
    return _BACKENDS[address.kind].create(address, progress)


def verify(realized: Realized) -> Verification:
    """Whether an environment is what its lock says: verified, drifted (with findings in words) or unlocked."""
    return _BACKENDS[realized.kind].verify(realized)


def remove(realized: Realized) -> None:
    """Remove an environment that the harness made; raises HarnessError for any other."""
    _BACKENDS[realized.kind].remove(realized)
