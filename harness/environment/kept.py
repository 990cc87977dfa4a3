"""An environment's address where its lock isn't a file of the project, but a text that was kept."""

from __future__ import annotations

from pathlib import Path

from harness.environment.address import Address, Kind
from harness.environment.locks.wheel_lock import lock_digest


def kept_address(lock: str, name: str, kind: Kind, room: Path, text: str = "", revision: str | None = None) -> Address:
    """The address of the environment that a lock's text makes.

    room: a private folder, into which the lock goes, under its digest. text: what the environment is called; by default
    its name. revision: of the measured code, as in any address.
    """
    path = room / f"{lock_digest(lock)}.txt"
    path.write_text(lock, encoding="utf-8")
    return Address(text=text or name, kind=kind, name=name, lock=str(path), revision=revision)
