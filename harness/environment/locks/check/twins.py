"""Do a lock of wheels and a lock of conda packages carry the same versions?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from harness.environment.locks.check.finding import Finding, together
from harness.environment.locks.conda_lock import CondaLock, on_platform
from harness.environment.locks.targets import minor, pinned, targets
from harness.environment.locks.wheel_lock import Pin


def unequal(
    lock: CondaLock, pins: Sequence[Pin], wheel_names: Mapping[str, str], file: str, wheel_file: str
) -> Iterator[Finding]:
    """Packages that both locks have, in different versions, for the Python that the conda lock has.

    wheel_names: wheel by conda name where they differ; empty where wheels need no such package.
    """
    faults: dict[str, list[str]] = defaultdict(list)
    for platform in lock.platforms:
        packages = on_platform(lock, platform)
        python = next((each.version for each in packages if each.name == "python"), "")
        for target in targets([platform], [minor(python)]):
            wheels = pinned(pins, [target])[target]
            for package in packages:
                wheel = canonicalize_name(wheel_names.get(package.name, package.name))
                if wheel in wheels and not _same(package.version, wheels[wheel]):
                    told = f"{package.name} is {package.version}, and {wheels[wheel]} as a wheel in {wheel_file}"
                    faults[told].append(platform)
    for problem, platforms in faults.items():
        yield Finding(place=file, lock=file, where=together(platforms, lock.platforms), problem=problem)


def _same(conda: str, wheel: str) -> bool:
    try:
        return Version(conda) == Version(wheel)
    except InvalidVersion:
        return conda == wheel
