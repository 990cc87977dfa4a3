"""Is a conda prefix what its lock says, package by package, and did anybody but conda install into it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec
from packaging.utils import canonicalize_name

from harness.environment.locks.conda_lock import CondaPackage
from harness.environment.verification.packages import compare


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """What conda-meta says of a package in a prefix. files: paths in the prefix."""

    name: str
    version: str
    build: str
    files: tuple[str, ...] = ()


def findings(prefix: Path, packages: Sequence[CondaPackage], importable: Mapping[str, str]) -> list[str]:
    """What isn't as locked, in words; empty if all is.

    packages: those of the lock for this machine. importable: version by normalized name of all distributions that the
    prefix's Python finds, wherever they lie.
    """
    linked = {each.name: each for each in _linked(prefix)}
    locked = {each.name: each for each in packages if each.manager == "conda"}
    names = sorted(locked.keys() | linked.keys())
    found = [said for name in names if (said := _conda_finding(name, locked.get(name), linked.get(name)))]
    as_locked = [each for each in linked.values() if each.name in locked]
    wheels = dict(pair for each in as_locked for pair in _distributions(each.files))
    wheels |= {canonicalize_name(each.name): each.version for each in packages if each.manager == "pip"}
    installers = _installers(prefix)
    return found + [said + _by(said, installers) for said in compare(wheels, importable).findings]


def _conda_finding(name: str, locked: CondaPackage | None, live: Linked | None) -> str | None:
    if live is None:
        assert locked is not None
        return f"missing: {name} {locked.version} {locked.build}"
    if locked is None:
        return f"extra: {name} {live.version} {live.build}"
    if locked.version != live.version:
        return f"version: {name} is {live.version}, the lock says {locked.version}"
    if locked.build != live.build:
        return f"build: {name} {live.version} is {live.build}, the lock says {locked.build}"
    return None


def _linked(prefix: Path) -> Iterator[Linked]:
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        try:
            yield msgspec.json.decode(path.read_bytes(), type=Linked)
        except (OSError, msgspec.DecodeError):
            yield Linked(name=path.stem, version="(unreadable)", build="")


def _distributions(files: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and version of the Python distributions among the files of a package."""
    for file in files:
        path = PurePosixPath(file)
        if path.name in {"METADATA", "PKG-INFO"} and path.parent.suffix in {".dist-info", ".egg-info"}:
            name, _, version = path.parent.stem.partition("-")
            yield canonicalize_name(name), version.partition("-py")[0]


def _installers(prefix: Path) -> dict[str, str]:
    """Who installed a distribution, by its normalized name, where it says so."""
    found: dict[str, str] = {}
    for path in prefix.glob("lib/python*/site-packages/*.dist-info/INSTALLER"):
        name = path.parent.name.partition("-")[0]
        found[canonicalize_name(name)] = path.read_text(encoding="utf-8", errors="replace").strip()
    return found


def _by(finding: str, installers: Mapping[str, str]) -> str:
    if finding.startswith("missing"):
        return ""
    installer = installers.get(finding.split()[1], "conda")
    return "" if installer == "conda" else f" (installed by {installer[:20]})"
