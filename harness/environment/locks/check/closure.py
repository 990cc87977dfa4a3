"""Is a conda lock closed: all that is needed is in it, and nothing else?"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from packaging.utils import canonicalize_name

from harness.environment.locks.check.finding import Finding
from harness.environment.locks.check.matching import satisfies
from harness.environment.locks.conda_lock import CondaLock, CondaPackage, on_platform

_VIRTUAL = "__"  # what the machine has to have, such as __glibc


def unmet(lock: CondaLock, file: str) -> Iterator[Finding]:
    """What a locked package needs and is not locked, or in a version that doesn't fit."""
    for platform in lock.platforms:
        packages = {package.name: package for package in on_platform(lock, platform) if package.manager == "conda"}
        for package in packages.values():
            for needed, spec in package.depends.items():
                if needed.startswith(_VIRTUAL):
                    continue
                match = f"{needed} {spec}".strip()
                wanted = f"{package.name} {package.version} needs {match}"
                held = packages.get(needed)
                if held is None:
                    yield Finding(place=file, lock=file, where=platform, problem=f"{wanted}, which is not locked")
                elif not satisfies(held, match):
                    problem = f"{wanted}, which is not satisfied by {_full(held)}"
                    yield Finding(place=file, lock=file, where=platform, problem=problem)


def superfluous(lock: CondaLock, wanted: Collection[str], file: str) -> Iterator[Finding]:
    """What is locked though nothing needs it. wanted: the names of the declared packages."""
    for platform in lock.platforms:
        # Normalized, because what pip installs may need what conda installs.
        packages = {canonicalize_name(package.name): package for package in on_platform(lock, platform)}
        needed: set[str] = set()
        coming = [canonicalize_name(name) for name in wanted]
        while coming:
            name = coming.pop()
            if name in packages and name not in needed:
                needed.add(name)
                coming += [canonicalize_name(each) for each in packages[name].depends]
        for name in packages.keys() - needed:
            problem = f"{packages[name].name} {packages[name].version} is locked, and nothing needs it"
            yield Finding(place=file, lock=file, where=platform, problem=problem)


def _full(package: CondaPackage) -> str:
    return f"{package.name} {package.version} {package.build}".strip()
