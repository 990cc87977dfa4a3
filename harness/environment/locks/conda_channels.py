"""What channels offer, and a solver over it: all that is asked of rattler to make a lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

import rattler
from rattler import exceptions

from harness.environment.locks.conda_lock import CondaPackage
from harness.environment.locks.virtual_packages import VIRTUAL_PACKAGES
from harness.failure import HarnessError

NOARCH = "noarch"
Records = dict[str, rattler.RepoDataRecord]  # by name


class OutOfReach(HarnessError):
    """A channel can't be read: there is none of this name, it isn't in reach, or what it says is damaged."""


class Unsolvable(Exception):
    """No set of packages satisfies all that is asked for; says why in the solver's words."""


class Channels:
    """Channels in the order of their priority. What they offer is fetched once.

    sources: addresses, names or absolute folders. cache: a folder for what was fetched. All methods raise OutOfReach.
    """

    def __init__(self, sources: Sequence[str], cache: Path) -> None:
        self._sources = sources
        self._gateway = rattler.Gateway(cache_dir=cache)
        self._offers: dict[str, dict[str, list[rattler.RepoDataRecord]]] = {}

    async def names(self, platform: str) -> list[str]:
        """The names of all packages for a platform, sorted."""
        try:
            found = await self._gateway.names(self._sources, _subdirs(platform))
        except exceptions.GatewayError as reason:
            raise self._out_of_reach(reason) from reason
        return sorted(name.normalized for name in found)

    async def records(self, names: Iterable[str], platform: str) -> dict[str, list[rattler.RepoDataRecord]]:
        """All that is offered under these names for a platform, by name."""
        known = self._offers.setdefault(platform, {})
        missing = sorted({*names} - known.keys())
        if missing:
            known.update({name: [] for name in missing})
            try:
                found = await self._gateway.query(self._sources, _subdirs(platform), missing, recursive=False)
            except exceptions.GatewayError as reason:
                raise self._out_of_reach(reason) from reason
            for record in (record for records in found for record in records):
                known[record.name.normalized].append(record)
        return {name: known[name] for name in names}

    async def solve(
        self,
        platform: str,
        specs: Sequence[rattler.MatchSpec],
        favored: Records,
        pins: Mapping[str, str],
        *,
        lowest: bool,
    ) -> Records:
        """The packages that satisfy `specs`, by name, sorted.

        favored: taken where they satisfy. pins: versions that hold for whatever of these names is taken. lowest: the
        oldest of what `specs` name. Raises Unsolvable.
        """
        try:
            records = await rattler.solve(
                self._sources,
                specs,
                gateway=self._gateway,
                platforms=_subdirs(platform),
                locked_packages=list(favored.values()),
                virtual_packages=[_virtual(each) for each in VIRTUAL_PACKAGES[platform]],
                strategy="lowest-direct" if lowest else "highest",
                constraints=[f"{name} =={version}" for name, version in sorted(pins.items())],
            )
        except exceptions.SolverError as reason:
            raise Unsolvable(str(reason).removeprefix("Cannot solve the request because of: ").strip()) from reason
        except exceptions.GatewayError as reason:
            raise self._out_of_reach(reason) from reason
        by_name = {record.name.normalized: record for record in records}
        return {name: by_name[name] for name in sorted(by_name)}

    def _out_of_reach(self, reason: Exception) -> OutOfReach:
        lines = [line.strip().removeprefix("Caused by: ") for line in str(reason).splitlines() if line.strip()]
        said = lines[0] if len(lines) < 2 else f"{lines[0]} ({lines[-1]})"
        return OutOfReach(f"{', '.join(self._sources)} can't be read as a channel: {said}.")


def locked(record: rattler.RepoDataRecord, platform: str) -> CondaPackage:
    """A record as it stands in a lock. Raises HarnessError if its channel states no digests."""
    name = record.name.normalized
    if record.sha256 is None or record.md5 is None:
        missing = "sha256" if record.sha256 is None else "md5"
        raise HarnessError(f"{record.file_name}: its channel states no {missing}, so it can't be locked.")
    return CondaPackage(
        name=name,
        version=str(record.version),
        build=str(record.build),
        subdir=record.subdir,
        platform=platform,
        url=record.url,
        sha256=record.sha256.hex(),
        md5=record.md5.hex(),
        depends=depends_by_name(record.depends),
    )


def depends_by_name(depends: Iterable[str]) -> dict[str, str]:
    """What a package depends on, as a lock has it: what stands several times under one name becomes one."""
    joined: dict[str, str] = {}
    for each in depends:
        name, _space, spec = each.strip().partition(" ")
        joined[name] = _joined(joined[name], spec.strip()) if name in joined else spec.strip()
    return dict(sorted(joined.items()))


def _joined(one: str, other: str) -> str:
    """Versions that satisfy both, and the build that one of them names behind a space."""
    (versions, _space, build), (more, _also, or_build) = one.partition(" "), other.partition(" ")
    both = ",".join(dict.fromkeys(part for part in (versions, more) if part and part != "*"))
    return f"{both or '*'} {build or or_build}".strip() if build or or_build else both


def _subdirs(platform: str) -> list[rattler.Subdir]:
    return [rattler.Subdir(cast("rattler.platform.SubdirLiteral", each)) for each in (platform, NOARCH)]


def _virtual(written: str) -> rattler.GenericVirtualPackage:
    name, version, build = written.split("=")
    return rattler.GenericVirtualPackage(
        rattler.PackageName(name), rattler.Version(version), rattler.BuildString(build)
    )
