"""What is in an environment, or is to be: versions by name, whatever it is that the user named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name

from harness.difference import Difference, difference
from harness.environment import parse_address
from harness.environment.address import Address, Kind
from harness.environment.backends.inventory import take_inventory
from harness.environment.declaration.environment_file import PLATFORMS
from harness.environment.locks.conda_lock import CondaLock, on_platform, read_conda_lock
from harness.environment.locks.targets import Target, minor, pinned, platform_of, targets
from harness.environment.locks.wheel_lock import read, read_text
from harness.failure import HarnessError
from harness.record import Store
from harness.record.schema import Record

PYTHON = "python"
_SYSTEMS = {"macosx": "darwin", "win": "win32"}
_CONDA_LOCKS = (".yml", ".yaml")


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """Versions by name, for each Python on each platform that it holds for.

    in_conda_words: names are conda's, and versions are followed by a build. Else they are those of wheels.
    """

    in_conda_words: bool
    versions: dict[Target, dict[str, str]]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The difference on one platform. pythons: the minor versions of the first and of the second."""

    platform: str
    pythons: tuple[str, str]
    difference: Difference


def contents_of(text: str, root: Path, store: Store) -> Contents:
    """Read a lock file, a record (a file or an id), or an address: its lock, or what lives there.

    Raises HarnessError for what is none of these, and for what can't be read.
    """
    path = Path(text)
    if path.is_file() and path.suffix in _CONDA_LOCKS:
        return _of_conda_lock(read_conda_lock(read_text(text), text))
    if path.is_file() and path.suffix == ".txt":
        return _of_wheel_lock(text)
    if path.is_file() and path.suffix == ".json":
        return _of_record(store.read(path), store)
    try:
        address = parse_address(text, root)
    except HarnessError as unknown:
        return _of_record(_record(text, store, unknown), store)
    return _of_address(address)


def compare_contents(a: Contents, b: Contents, wheel_names: Mapping[str, str]) -> tuple[Compared, ...]:
    """The differences from `a` to `b`, for each platform and Python that both hold for.

    An environment has one Python on a platform, and a lock of wheels holds for several; two that each have one are
    compared though it is another one. wheel_names: wheel by conda name, where they differ; used where only one of the
    two knows conda's words. Empty if there is nothing to compare.
    """
    if a.in_conda_words != b.in_conda_words:
        a, b = _in_wheel_words(a, wheel_names), _in_wheel_words(b, wheel_names)
    return tuple(
        Compared(
            platform=first.platform,
            pythons=(first.python, second.python),
            difference=difference(a.versions[first], b.versions[second]),
        )
        for first, second in _pairs(sorted(a.versions), sorted(b.versions))
    )


def _pairs(a: Sequence[Target], b: Sequence[Target]) -> list[tuple[Target, Target]]:
    pairs: list[tuple[Target, Target]] = []
    for platform in sorted({target.platform for target in a}):
        here = [target for target in a if target.platform == platform]
        there = [target for target in b if target.platform == platform]
        shared = [(target, target) for target in here if target in there]
        alone = [(here[0], there[0])] if len(here) == len(there) == 1 else []
        pairs += shared or alone
    return pairs


def _in_wheel_words(contents: Contents, wheel_names: Mapping[str, str]) -> Contents:
    if not contents.in_conda_words:
        return contents
    versions = {target: _as_wheels(packages, wheel_names) for target, packages in contents.versions.items()}
    return Contents(in_conda_words=False, versions=versions)


def _as_wheels(packages: Mapping[str, str], wheel_names: Mapping[str, str]) -> dict[str, str]:
    """Versions by a wheel's name. What is no wheel keeps its name, unless a wheel beside it is called so (tzdata)."""
    wheels: dict[str, str] = {}
    others: dict[str, str] = {}
    for name, written in packages.items():
        wheel = wheel_names.get(name, name)
        (wheels if wheel else others)[_wheel(wheel or name)] = written.split()[0]
    return {**{f"conda::{name}" if name in wheels else name: version for name, version in others.items()}, **wheels}


def _wheel(name: str) -> str:
    return name if name.startswith("_") else canonicalize_name(name)  # no wheel begins so


def _of_address(address: Address) -> Contents:
    if address.python:
        return _of_live(address.python)
    lock = str(address.lock)
    if address.kind is Kind.CONDA:
        return _of_conda_lock(read_conda_lock(read_text(lock), lock))
    return _of_wheel_lock(lock)


def _of_conda_lock(lock: CondaLock) -> Contents:
    versions: dict[Target, dict[str, str]] = {}
    for platform in lock.platforms:
        packages = {each.name: f"{each.version} {each.build}".strip() for each in on_platform(lock, platform)}
        versions[Target(platform, minor(packages.get(PYTHON, "")))] = packages
    return Contents(in_conda_words=True, versions=versions)


def _of_wheel_lock(path: str) -> Contents:
    return Contents(in_conda_words=False, versions=pinned(read(read_text(path), path), targets(PLATFORMS)))


def _of_live(python: str) -> Contents:
    """What lives in the prefix of a Python: conda's packages, if it is a conda prefix, and wheels."""
    held = take_inventory(python)
    versions = {each.name: f"{each.version} {each.build}".strip() for each in (*held.wheels, *held.conda)}
    if not held.conda:
        versions[PYTHON] = held.python
    return Contents(in_conda_words=bool(held.conda), versions={Target(held.platform, minor(held.python)): versions})


def _of_record(record: Record, store: Store) -> Contents:
    """What was installed when a record was made: the distributions that a probe saw.

    For a conda prefix that was verified the packages of its lock, because most of them are no distributions.
    """
    software = record.fingerprint.software
    try:
        python = str(software["python"]["version"])
        target = Target(_platform(software["python"]["platform"]), minor(python))
        versions = {name: str(each["version"]) for name, each in software["distributions"].items()}
    except (KeyError, TypeError, AttributeError) as reason:
        raise HarnessError(f"{record.id}: this record doesn't say what was installed.") from reason
    environment = record.environment
    if environment.kind == Kind.CONDA and environment.lock_digest and environment.verification.state == "verified":
        locked = _of_conda_lock(read_conda_lock(store.lock(environment.lock_digest), environment.lock_digest))
        if target in locked.versions:
            return Contents(in_conda_words=True, versions={target: locked.versions[target]})
    return Contents(in_conda_words=False, versions={target: {**versions, PYTHON: python}})


def _platform(built_for: str) -> str:
    """Conda's name of what Python says it was built for: linux-x86_64, macosx-11.0-arm64 or win-amd64."""
    system, _, machine = built_for.partition("-")
    return platform_of(_SYSTEMS.get(system, system), machine.rpartition("-")[2])


def _record(text: str, store: Store, unknown: HarnessError) -> Record:
    try:
        return store.read(text)
    except HarnessError as reason:
        if text in store.ids():
            raise
        raise HarnessError(f"{unknown}\nNor is it a lock file, or the id of a record in {store.shown}.") from reason
