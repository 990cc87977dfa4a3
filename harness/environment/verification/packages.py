"""Are the packages that are installed the ones that are locked? Values in, findings in words out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from harness.environment.verification.manifest import Census, CountedPackage

CONDA = "conda"
WHEEL = "wheel"


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package that a lock wants. manager: conda or wheel. build: conda's; empty if any will do."""

    name: str
    version: str
    build: str = ""
    manager: str = WHEEL


class Names:
    """Names of packages in one form; a wheel that a conda package contains has that package's name."""

    def __init__(self, *censuses: Census) -> None:
        self._aliases = {
            canonicalize_name(each.name): owner.name
            for census in censuses
            for each in census.packages
            if (owner := _containing(census, each))
        }

    def of(self, package: Package | CountedPackage) -> str:
        if package.manager == CONDA:
            return package.name
        name = canonicalize_name(package.name)
        return self._aliases.get(name, name)

    def of_owner(self, census: Census, path: str) -> str | None:
        """The name of the package that a file belongs to; None if none tells of it."""
        owner = _owner(census, path)
        return self.of(owner) if owner else None


def installed_by_itself(now: Census, before: Census | None = None) -> list[CountedPackage]:
    """The packages without the wheels that conda packages contain, or did so before."""
    censuses = [now] if before is None else [now, before]
    return [each for each in now.packages if not any(_containing(census, each) for census in censuses)]


def package_findings(wanted: Iterable[Package], installed: Iterable[CountedPackage], names: Names) -> dict[str, str]:
    """What is missing, extra, or of another version or build, in words, by the package's name.

    Nothing is set aside, pip and setuptools neither: an environment that is made from a lock has only what the lock
    says, so a pip in it was put there by somebody.
    """
    locked = {names.of(each): each for each in wanted}
    live: dict[str, list[CountedPackage]] = {}
    for each in installed:
        live.setdefault(names.of(each), []).append(each)
    found = {name: _finding(locked.get(name), live.get(name, [])) for name in sorted(locked.keys() | live.keys())}
    return {name: finding for name, finding in found.items() if finding}


def reinstalled(before: Census, now: Census, names: Names) -> dict[str, str]:
    """Packages that another tool has put there again since, in words, by name."""
    first = {each.record: each for each in before.packages}
    return {
        names.of(each): f"replaced: {each.name} {each.version}{_by(each)}"
        for each in now.packages
        if each.record in first and first[each.record].installer != each.installer
    }


def _finding(locked: Package | None, live: Sequence[CountedPackage]) -> str | None:
    if locked is None:
        return "; ".join(f"extra: {_told(each)}{_by(each)}" for each in live)
    if not live:
        return f"missing: {_told(locked)}"
    # What doesn't fit tells more than what does: pip over conda leaves conda's word for the package as it was.
    for each in sorted(live, key=lambda each: each.manager == locked.manager):
        if not _same_version(locked, each):
            return f"version: {locked.name} is {each.version}{_by(each)}, the lock says {locked.version}"
        if each.manager != locked.manager:
            return f"replaced: {each.name} {each.version}{_by(each)}"
        if locked.build and locked.build != each.build:
            return f"build: {locked.name} {locked.version} is {each.build}, the lock says {locked.build}"
    return None


def _told(package: Package | CountedPackage) -> str:
    return " ".join(part for part in (package.name, package.version, package.build) if part)


def _by(package: CountedPackage) -> str:
    if not package.record:
        return " (outside of the environment)"
    if package.manager == CONDA or not package.installer:
        return ""
    return f" (put there by {package.installer[:20]})"


def _same_version(locked: Package, live: CountedPackage) -> bool:
    if locked.manager == CONDA:
        return locked.version == live.version
    try:
        return Version(locked.version) == Version(live.version)
    except InvalidVersion:
        return locked.version == live.version


def _containing(census: Census, package: CountedPackage) -> CountedPackage | None:
    """The conda package that a wheel came in."""
    owner = _owner(census, package.record) if package.manager == WHEEL else None
    return owner if owner and owner.manager == CONDA else None


def _owner(census: Census, path: str) -> CountedPackage | None:
    file = census.files.get(path)
    if file is None or not 0 <= file.owner < len(census.packages):
        return None
    return census.packages[file.owner]
