"""What this machine is to conda: its platform, and the virtual packages that it has (`__glibc`, `__archspec`, ...)."""

from __future__ import annotations

from collections.abc import Sequence

from rattler import BuildString, MatchSpec, PackageRecord, Subdir, VirtualPackage
from rattler.exceptions import InvalidMatchSpecError

from harness.environment.locks.conda_lock import CondaLock, CondaPackage, on_platform
from harness.failure import HarnessError


def platform() -> str:
    """The conda platform of this machine, as in linux-64."""
    return str(Subdir.current())


def packages_for_here(lock: CondaLock, where: str) -> tuple[CondaPackage, ...]:
    """The lock's packages for this machine.

    Raises HarnessError if the lock has none for its platform, or this machine hasn't what a package needs of it.
    """
    packages = on_platform(lock, platform())
    if not packages:
        raise HarnessError(
            f"{where}: this machine is {platform()}, and the lock holds for {', '.join(lock.platforms)}. "
            f"Add {platform()} to `platforms` in the environment's file, and lock it again: harness env lock"
        )
    lacking = unsatisfied(packages, _virtual_packages())
    if lacking:
        listed = "\n".join(f"- {each}" for each in lacking)
        raise HarnessError(f"{where}: this machine hasn't what packages of the lock need of it:\n{listed}")
    return packages


def unsatisfied(packages: Sequence[CondaPackage], offered: Sequence[PackageRecord]) -> list[str]:
    """What packages demand of a machine and it doesn't offer, in words."""
    here = {record.name.normalized: record for record in offered}
    return [
        f"{package.name} {package.version} needs {name} {spec}".rstrip() + f"; here is {_told(here.get(name))}"
        for package in packages
        for name, spec in package.depends.items()
        if name.startswith("__") and not _satisfies(here.get(name), name, spec)
    ]


def offer(name: str, version: str, build: str = "0") -> PackageRecord:
    """A virtual package."""
    return PackageRecord(name, version, BuildString(build), 0, Subdir.current())


def _virtual_packages() -> list[PackageRecord]:
    found = [each.into_generic() for each in VirtualPackage.detect()]
    return [offer(each.name.normalized, str(each.version), str(each.build_string)) for each in found]


def _satisfies(record: PackageRecord | None, name: str, spec: str) -> bool:
    try:
        return record is not None and record.matches(MatchSpec(f"{name} {spec}".rstrip()))
    except InvalidMatchSpecError as reason:
        raise HarnessError(f"'{name} {spec}' in the lock is no specification: {reason}.") from reason


def _told(record: PackageRecord | None) -> str:
    if record is None:
        return "none"
    return f"{record.name.normalized} {record.version} {record.build}"
