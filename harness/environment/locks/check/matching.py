"""Does a locked conda package satisfy a specification? Conda's own rules, by rattler."""

from __future__ import annotations

from functools import cache

from rattler import BuildString, MatchSpec, PackageRecord
from rattler.exceptions import InvalidMatchSpecError, InvalidPackageNameError, InvalidVersionError

from harness.environment.locks.conda_lock import CondaPackage

_NEITHER = (InvalidMatchSpecError, InvalidPackageNameError, InvalidVersionError, ValueError, OverflowError)


def satisfies(package: CondaPackage, spec: str) -> bool:
    """spec: name, versions and build, as in `numpy >=1.2,<2` or `python 3.12.* *_cpython`.

    What is no specification is satisfied by nothing, and what can't be a conda package satisfies nothing.
    """
    return _satisfies(package.name, package.version, package.build, package.subdir, spec)


@cache  # a few thousand per lock, and most of them on every platform
def _satisfies(name: str, version: str, build: str, subdir: str, spec: str) -> bool:
    number = build.rpartition("_")[2]
    try:
        record = PackageRecord(name, version, BuildString(build), int(number) if number.isdecimal() else 0, subdir)
        return bool(MatchSpec(spec).matches(record))
    except _NEITHER:
        return False
