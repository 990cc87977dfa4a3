"""Does a conda lock hold what is declared: each package, on each platform, from the declared channels?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec
from packaging.utils import canonicalize_name

from harness.environment.declaration.environment_file import Declared
from harness.environment.locks.check import wheels
from harness.environment.locks.check.finding import Finding, together
from harness.environment.locks.check.matching import satisfies
from harness.environment.locks.conda_lock import CondaLock, CondaPackage, on_platform
from harness.environment.locks.targets import minor, targets

PYTHON = "python"


def unsatisfied(declared: Declared, lock: CondaLock, file: str) -> Iterator[Finding]:
    """Specifications that a lock doesn't satisfy on a platform. A lock that satisfies a looser one is not stale."""
    for platform in lock.platforms:
        packages = {package.name: package for package in on_platform(lock, platform)}
        for each in declared.dependencies:
            held = packages.get(each.name)
            spec = each.spec.rpartition("::")[2]  # which channel it is from is `other_channels`' to say
            if held is None:
                yield Finding(place=each.place, lock=file, where=platform, problem=f"{spec} is not locked")
            elif not satisfies(held, spec):
                problem = f"{spec} is not satisfied by {held.name} {held.version}"
                yield Finding(place=each.place, lock=file, where=platform, problem=problem)


def unsatisfied_pip(declared: Declared, lock: CondaLock, file: str) -> Iterator[Finding]:
    """The same for what only wheels offer."""
    for platform in lock.platforms:
        locked = on_platform(lock, platform)
        packages: dict[str, str] = {canonicalize_name(package.name): package.version for package in locked}
        held = dict.fromkeys(targets([platform], [minor(packages.get(PYTHON, ""))]), packages)
        for finding in wheels.unsatisfied(declared.pip, held, file):
            yield msgspec.structs.replace(finding, where=platform)


def other_platforms(declared: Declared, lock: CondaLock, file: str) -> Iterator[Finding]:
    """Platforms that are declared and not locked, or locked and not declared."""
    for platform in declared.platforms:
        if platform not in lock.platforms:
            yield Finding(
                place=declared.sources[-1], lock=file, problem=f"the platform {platform} is declared, and not locked"
            )
        elif not on_platform(lock, platform):
            yield Finding(place=file, lock=file, problem=f"the platform {platform} is locked without any package")
    for platform in lock.platforms:
        if platform not in declared.platforms:
            yield Finding(place=file, lock=file, problem=f"the platform {platform} is locked, and not declared")


def other_channels(declared: Declared, lock: CondaLock, file: str) -> Iterator[Finding]:
    """Packages from elsewhere than the declared channels."""
    faults: dict[str, list[str]] = defaultdict(list)
    for package in lock.packages:
        if package.manager == "conda" and not any(_lies_in(package, channel) for channel in declared.channels):
            origin = package.url.rsplit("/", 2)[0]
            faults[f"{package.name} is from {origin}, which is no declared channel"].append(package.platform)
    for problem, platforms in faults.items():
        yield Finding(place=file, lock=file, where=together(platforms, lock.platforms), problem=problem)


def _lies_in(package: CondaPackage, channel: str) -> bool:
    """Whether the package's folder is the channel's: its address, or for a bare name the last part of any address."""
    origin = package.url.rsplit("/", 2)[0]
    if "/" in channel:
        return origin.rstrip("/") == channel.rstrip("/")
    return urlsplit(origin).path.rpartition("/")[2] == channel
