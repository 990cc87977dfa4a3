"""Mixes of two conda locks, for one platform."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from packaging.utils import canonicalize_name

from harness.environment.locks.check.matching import satisfies
from harness.environment.locks.conda_lock import CondaLock, CondaPackage, write_conda_lock
from harness.environment.locks.mixing import End
from harness.environment.locks.wheel_mixing import version_fits

_VIRTUAL = "__"  # what the machine has to have, such as __glibc


def conda_end(packages: Sequence[CondaPackage]) -> End[CondaPackage]:
    """The packages of a conda lock on one platform, with what they need of each other as the lock has it."""
    items = {_key(package): package for package in packages}
    conda = {package.name for package in packages if package.manager == "conda"}
    needs = {
        name: [
            (needed if needed in conda or package.manager == "conda" else canonicalize_name(needed), spec)
            for needed, spec in package.depends.items()
            if not needed.startswith(_VIRTUAL)
        ]
        for name, package in items.items()
    }
    return End(items=items, needs=needs)


def same_archive(one: CondaPackage, other: CondaPackage) -> bool:
    """Whether two packages are the same archive."""
    return one.sha256 == other.sha256


def conda_fits(package: CondaPackage, spec: str) -> bool:
    """Whether a package satisfies a specification: conda's rules, or for what pip installs, those of wheels."""
    if package.manager == "conda":
        return satisfies(package, f"{package.name} {spec}".strip())
    return version_fits(package.version, spec)


def conda_text(packages: Iterable[CondaPackage], good: CondaLock, bad: CondaLock, platform: str) -> str:
    """A lock of these packages for one platform."""
    channels = dict.fromkeys((*good.channels, *bad.channels))
    return write_conda_lock(
        CondaLock(channels=tuple(channels), platforms=(platform,), packages=tuple(packages), sources=good.sources)
    )


def _key(package: CondaPackage) -> str:
    return package.name if package.manager == "conda" else canonicalize_name(package.name)
