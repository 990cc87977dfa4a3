"""Backend for environments made from a lock of wheels: virtual environments, one per lock."""

from __future__ import annotations

import functools
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from harness.environment.address import Address
from harness.environment.backends import making
from harness.environment.backends.installer import InstallerError, run_uv
from harness.environment.backends.interpreter import ask
from harness.environment.backends.making import LOCK, Stamp, python_of
from harness.environment.backends.verifying import verify_prefix
from harness.environment.locks.wheel_lock import check, lock_digest, pins, read, read_text
from harness.environment.mirrors import wheelhouse
from harness.environment.processes.process import spawn
from harness.environment.provision import Provision
from harness.environment.realized import Realized
from harness.environment.verification.packages import Package
from harness.failure import HarnessError
from harness.record.schema import Verification

__all__ = ["create", "find", "remove", "spawn", "verify"]

SUPPORTED = ((3, 11), (3, 14))


def create(address: Address, provision: Provision, progress: Callable[[str], None]) -> Realized:
    """Make the environment of a lock, or find it made: it is complete or not there, whatever dies meanwhile.

    progress: gets a line for each thing that takes time.
    Raises HarnessError with file and line for a damaged lock, and with uv's own words if it fails.
    """
    text = read_text(str(address.lock))
    check(text, str(address.lock))
    prefix, stamp = _wanted(address, provision, text)
    making.make(prefix, stamp, text, functools.partial(_fill, stamp, provision, progress), progress)
    return making.realized(prefix, stamp, address.text)


def find(address: Address, provision: Provision) -> Realized | None:
    """The environment of a lock if it was made before, damaged or not; else None."""
    prefix, stamp = _wanted(address, provision, read_text(str(address.lock)))
    return making.realized(prefix, stamp, address.text) if making.is_of(prefix, stamp) else None


def verify(realized: Realized) -> Verification:
    """Compare what is installed with the lock that it was made from, and each file with what it was then."""
    where = str(realized.lock_path)
    return verify_prefix(
        realized,
        lambda text, markers: [
            Package(name=name, version=version) for name, version in pins(text, markers, where).items()
        ],
    )


def remove(realized: Realized) -> None:
    """Remove the environment; one that is gone already is fine."""
    making.remove(Path(realized.prefix))


def _wanted(address: Address, provision: Provision, text: str) -> tuple[Path, Stamp]:
    """Where the environment of a lock is to lie, and what it is made of."""
    digest = lock_digest(text)
    stamp = Stamp(
        name=address.name,
        kind=address.kind,
        lock_digest=digest,
        python=platform.python_version(),
        base=_base_python(),
    )
    return making.place(provision, f"{address.name}-{digest[:12]}-{_python_tag()}-{stamp.machine}"), stamp


def _fill(stamp: Stamp, provision: Provision, progress: Callable[[str], None], folder: Path, descriptor: int) -> None:
    """The lock's descriptor goes to uv, which may outlive us."""
    _refuse_other_pythons()
    environment = ["--relocatable", "--no-project", "--allow-existing", "--python", stamp.base, str(folder)]
    _uv(["--quiet", "venv", *environment], stamp.name, folder, progress, descriptor)
    python = str(python_of(folder))
    source: list[str] = []
    if provision.mirror:
        locked = read(read_text(str(folder / LOCK)), LOCK)
        source = wheelhouse.options(Path(provision.mirror), locked, ask(python).markers)
    # Copies, because a file that is edited in a hard-linked environment is edited in uv's cache and in all others.
    # Bytecode now, because otherwise the first probes would compile it, and each run would see another start.
    options = [
        "--require-hashes",
        "--no-build",
        "--link-mode",
        "copy",
        "--compile-bytecode",
        "-r",
        str(folder / LOCK),
        *source,
    ]
    _uv(["pip", "install", "--python", str(python_of(folder)), *options], stamp.name, folder, progress, descriptor)


def _uv(arguments: list[str], name: str, folder: Path, progress: Callable[[str], None], descriptor: int) -> None:
    doing = f"Making the environment '{name}'"
    try:
        run_uv(arguments, doing=doing, folder=folder, progress=progress, held_files=[descriptor])
    except InstallerError as error:
        raise HarnessError(f"{error}\n{_way_out(error.reason)}") from error


def _way_out(reason: str) -> str:
    said = reason.lower()
    if "hash mismatch" in said:
        return "What the index offers isn't what was locked: don't use it. If the lock is wrong: `harness env lock`."
    if "no space left" in said:
        return "The disk is full: free some, or name a folder on another one (HARNESS_CACHE, or --prefix)."
    if "not found in the package registry" in said or "no solution found" in said or "no wheel" in said:
        return "The index has no wheel of a locked version for this machine: try another Python, or `harness env lock`."
    return "If the package index is out of reach, configure it for pip (PIP_INDEX_URL) or for uv (UV_DEFAULT_INDEX)."


def _refuse_other_pythons() -> None:
    oldest, newest = SUPPORTED
    if not oldest <= sys.version_info[:2] <= newest:
        raise HarnessError(
            f"Locks hold for Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}; this is "
            f"{platform.python_version()}. Start the harness with another Python."
        )


def _python_tag() -> str:
    return f"{sys.implementation.name}-{platform.python_version()}{sys.abiflags}"


def _base_python() -> str:
    """The interpreter beneath the driver's virtual environment: that one may be removed, and this one stays."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)
