"""Backend for environments made from a conda lock: prefixes, one per lock. No conda executable is needed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from harness.environment.address import Address
from harness.environment.archives.conda_archives import archives_at_hand
from harness.environment.backends import conda_prefix, making, this_machine
from harness.environment.backends.installer import run_uv
from harness.environment.backends.interpreter import ask
from harness.environment.backends.making import Stamp, python_of
from harness.environment.backends.verifying import verify_prefix
from harness.environment.locks.conda_lock import CondaPackage, on_platform, read_conda_lock
from harness.environment.locks.left_to_pip import left_to_pip
from harness.environment.locks.wheel_lock import Pin, lock_digest, read_text
from harness.environment.mirrors import wheelhouse
from harness.environment.processes import process
from harness.environment.processes.command import Command
from harness.environment.processes.guard import Guard
from harness.environment.processes.held import Held
from harness.environment.provision import Provision
from harness.environment.realized import Realized
from harness.environment.verification.packages import CONDA, WHEEL, Package
from harness.failure import HarnessError
from harness.record.schema import Verification

__all__ = ["create", "find", "remove", "spawn", "verify"]

Say = Callable[[str], None]


def create(address: Address, provision: Provision, progress: Say) -> Realized:
    """Make the prefix of a lock, or find it made: it is complete or not there, whatever dies meanwhile.

    progress: gets a line for each thing that takes time.
    Raises HarnessError with file, line and column for a damaged lock, and by name for all archives that can't be had.
    """
    text, packages = _locked(address)
    prefix, stamp = _wanted(address, provision, text, packages)
    making.make(prefix, stamp, text, functools.partial(_fill, packages, prefix, provision, progress), progress)
    return making.realized(prefix, stamp, address.text)


def find(address: Address, provision: Provision) -> Realized | None:
    """The prefix of a lock if it was made before, damaged or not; else None."""
    prefix, stamp = _wanted(address, provision, *_locked(address))
    return making.realized(prefix, stamp, address.text) if making.is_of(prefix, stamp) else None


def verify(realized: Realized) -> Verification:
    """Compare what lies in the prefix with the lock that it was made from, and each file with what it was then."""
    return verify_prefix(realized, functools.partial(_packages, str(realized.lock_path)))


def spawn(realized: Realized, command: Command, guard: Guard) -> Held:
    """Start a process on this machine, with the variables that say to it which prefix it is in."""
    settings = {"CONDA_PREFIX": realized.prefix, "CONDA_DEFAULT_ENV": realized.prefix, **command.settings}
    return process.spawn(realized, msgspec.structs.replace(command, settings=settings), guard)


def remove(realized: Realized) -> None:
    """Remove the prefix; one that is gone already is fine."""
    making.remove(Path(realized.prefix))


def _locked(address: Address) -> tuple[str, Sequence[CondaPackage]]:
    """A lock's text, and its packages for this machine."""
    where = str(address.lock)
    text = read_text(where)
    return text, this_machine.packages_for_here(read_conda_lock(text, where), where)


def _wanted(address: Address, provision: Provision, text: str, packages: Sequence[CondaPackage]) -> tuple[Path, Stamp]:
    """Where the prefix of a lock is to lie, and what it is made of."""
    digest = lock_digest(text)
    stamp = Stamp(name=address.name, kind=address.kind, lock_digest=digest, python=_python_version(address, packages))
    return making.place(provision, f"{address.name}-{digest[:12]}-conda-{this_machine.platform()}"), stamp


def _packages(where: str, text: str, _markers: Mapping[str, str]) -> list[Package]:
    """What a lock wants on this machine."""
    managers = {"conda": CONDA, "pip": WHEEL}
    return [
        Package(
            name=each.name,
            version=each.version,
            build=each.build if each.manager == "conda" else "",
            manager=managers[each.manager],
        )
        for each in on_platform(read_conda_lock(text, where), this_machine.platform())
    ]


def _python_version(address: Address, packages: Sequence[CondaPackage]) -> str:
    versions = [package.version for package in packages if (package.name, package.manager) == ("python", "conda")]
    if not versions:
        raise HarnessError(
            f"{address.lock}: the lock has no python for {this_machine.platform()}, so nothing could run in it. "
            "Add `python` to the environment's dependencies, and lock it again: harness env lock"
        )
    return versions[0]


def _fill(
    packages: Sequence[CondaPackage], prefix: Path, provision: Provision, progress: Say, folder: Path, descriptor: int
) -> None:
    mirror = Path(provision.mirror) if provision.mirror else None
    linked = [package for package in packages if package.manager == "conda"]
    archives = archives_at_hand(linked, mirror, progress)
    progress(f"Installing {len(linked)} conda packages")
    conda_prefix.link(linked, archives, folder, prefix)
    pins = left_to_pip(packages)
    if pins:
        source = wheelhouse.options(mirror, pins, ask(str(python_of(folder))).markers) if mirror else []
        _install_wheels(pins, source, folder, prefix, progress, descriptor)
    conda_prefix.compile_bytecode(python_of(folder), folder, prefix, descriptor)


def _install_wheels(
    pins: Sequence[Pin], source: Sequence[str], folder: Path, prefix: Path, progress: Say, descriptor: int
) -> None:
    """What the lock leaves to pip: by uv, with the lock's hashes. source: options that say where from."""
    wanted = folder / ".wheels.txt"
    wanted.write_text("".join(f"{each.name}=={each.version} --hash={each.hashes[0]}\n" for each in pins))
    options = ["--no-deps", "--require-hashes", "--no-build", "--link-mode", "copy", "--break-system-packages"]
    command = ["pip", "install", "--python", str(python_of(folder)), *options, *source, "-r", str(wanted)]
    run_uv(command, doing=f"Making {prefix}", folder=folder, progress=progress, held_files=[descriptor])
    wanted.unlink()
    conda_prefix.repoint_scripts(folder, prefix)
