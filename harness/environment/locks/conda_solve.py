"""Chooses conda packages for all platforms: what is locked stays where it satisfies, and platforms agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
from rattler import BuildString, MatchSpec, PackageRecord, Version, exceptions

from harness.environment.archives.download import run
from harness.environment.declaration.environment_file import Declared, Dependency, Resolution
from harness.environment.locks.agreement import Agreement, Pins, Versions
from harness.environment.locks.conda_channels import Channels, Records, Unsolvable, locked
from harness.environment.locks.conda_lock import CondaLock, CondaPackage, on_platform
from harness.failure import HarnessError
from harness.nearest import did_you_mean

if TYPE_CHECKING:
    from rattler.platform import SubdirLiteral

Found = Mapping[str, Records]  # by platform
# The solver's lines about what was asked for, which are not indented.
_ROOT = re.compile(r"^(?:[├└]─ |The following|.*No candidates were found for )?(?P<name>[\w.-]+)")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be solved.

    held: what was locked before. update: names of packages in it that needn't stay. sources: the channels' names,
    addresses or absolute folders. cache: a folder for what they offer.
    """

    declared: Declared
    held: CondaLock | None
    update: tuple[str, ...]
    sources: tuple[str, ...]
    cache: Path


def solve(order: Order, progress: Callable[[str], None]) -> CondaLock:
    """Choose the packages; the same channels and the same `held` give the same ones.

    Raises HarnessError with the place of what can't be had and the solver's reason, OutOfReach for a channel.
    """
    return run(_solve(order, progress))


def satisfies(lock: CondaLock, declared: Declared) -> bool:
    """Whether a lock has what is declared, on each platform that is declared; no channel is asked."""
    if lock.channels != declared.channels or lock.platforms != declared.platforms:
        return False
    for platform in declared.platforms:
        held = {package.name: package for package in on_platform(lock, platform) if package.manager == "conda"}
        for dependency in declared.dependencies:
            package = held.get(dependency.name)
            if package is None or not _match_spec(dependency).matches(_record(package)):
                return False
    return True


async def _solve(order: Order, progress: Callable[[str], None]) -> CondaLock:
    declared = order.declared
    channels = Channels(order.sources, order.cache)
    found = await _found(order, channels, progress)
    packages = [locked(record, platform) for platform, each in found.items() for record in each.values()]
    return CondaLock(
        channels=declared.channels,
        platforms=declared.platforms,
        packages=tuple(sorted(packages, key=lambda package: (package.name, package.platform))),
        sources=declared.sources,
    )


async def _found(order: Order, channels: Channels, progress: Callable[[str], None]) -> Found:
    declared = order.declared
    progress(f"Reading {', '.join(order.sources)}")
    await _refuse_unknown_names(declared, channels)
    kept = {platform: await _kept(order, platform, channels) for platform in declared.platforms}
    found: dict[str, Records] = {}
    for platform in declared.platforms:
        try:
            found[platform] = await _one(declared, channels, platform, kept[platform], {})
        except Unsolvable as reason:
            raise _in_words(str(reason), platform, declared.dependencies) from reason
        progress(f"{platform}: {len(found[platform])} packages")
    if all(_urls(found[platform]) == _urls(kept[platform]) for platform in found):
        return found
    progress("Making the platforms agree on versions")
    return await _agreed(declared, channels, found, kept)


async def _agreed(declared: Declared, channels: Channels, first: Found, kept: Found) -> Found:
    """The same packages with as few differences of versions between platforms as can be found; what is kept stays."""
    search = _Search(declared, channels, first, kept)
    agreement = Agreement(_versions(first), search.pinned, search.offered, search.laggard)
    await agreement.reach(search.names)
    search.settle()
    await agreement.reach_all()
    return search.best


class _Search:
    """The best that was found so far, and what must not change any more."""

    def __init__(self, declared: Declared, channels: Channels, first: Found, kept: Found) -> None:
        self.best = first
        self.names = [dependency.name for dependency in declared.dependencies]
        self._declared = declared
        self._channels = channels
        self._staying = {platform: _urls(kept[platform]) & _urls(first[platform]) for platform in first}
        self._settled: Mapping[str, Mapping[str, str]] = {}
        self._refused = dict.fromkeys(first, 0)  # the platform that refuses most is asked first

    def settle(self) -> None:
        """From now on, what is declared keeps its versions."""
        self._settled = {
            platform: {name: version for name, version in versions.items() if name in self.names}
            for platform, versions in _versions(self.best).items()
        }

    async def pinned(self, pins: Pins) -> Versions | str:
        """The versions that all platforms have with these pins, which are the best so far then; or who refuses."""
        trial: dict[str, Records] = {}
        for platform in sorted(self.best, key=lambda each: -self._refused[each]):
            found = await self._on(platform, pins[platform])
            if found is None:
                self._refused[platform] += 1
                return platform
            trial[platform] = found
        self.best = {platform: trial[platform] for platform in self.best}
        return _versions(self.best)

    async def offered(self, name: str, platforms: Sequence[str]) -> list[str]:
        """Versions on which these platforms might agree, the preferred ones first; the one that stays, if one does."""
        fixed = {
            str(self.best[each][name].version)
            for each in platforms
            if self.best[each][name].url in self._staying[each] or name in self._settled.get(each, ())
        }
        if fixed:
            return list(fixed) if len(fixed) == 1 else []
        each_offers = [(await self._channels.records([name], platform))[name] for platform in platforms]
        common = set.intersection(*({str(record.version) for record in records} for records in each_offers))
        chosen = [self.best[platform][name].version for platform in platforms]
        ascending = _is_lowest(self._declared) and name in self.names
        end = min(chosen) if ascending else max(chosen)
        versions = sorted(map(Version, common), reverse=not ascending)
        inside = [each for each in versions if (each >= end if ascending else each <= end)]
        # What one platform takes by itself goes with more of the rest there than what none does.
        return [str(each) for each in sorted(inside, key=lambda each: each not in chosen)]

    def laggard(self, name: str, platforms: Sequence[str]) -> str:
        """The platform whose version of a name keeps the others from theirs."""
        chosen = {platform: self.best[platform][name].version for platform in platforms}
        if _is_lowest(self._declared):
            return max(platforms, key=chosen.__getitem__)
        return min(platforms, key=chosen.__getitem__)

    async def _on(self, platform: str, pins: Mapping[str, str]) -> Records | None:
        try:
            found = await _one(self._declared, self._channels, platform, self.best[platform], pins)
        except Unsolvable:
            return None
        settled = self._settled.get(platform, {})
        moved = any(str(found[name].version) != version for name, version in settled.items())
        return None if moved or not self._staying[platform] <= _urls(found) else found


async def _one(
    declared: Declared, channels: Channels, platform: str, favored: Records, pins: Mapping[str, str]
) -> Records:
    specs = [_match_spec(dependency) for dependency in declared.dependencies]
    return await channels.solve(platform, specs, favored, pins, lowest=_is_lowest(declared))


async def _kept(order: Order, platform: str, channels: Channels) -> Records:
    """What was locked for a platform, may stay, and is still offered."""
    if order.held is None or order.declared.resolution is Resolution.NEWEST:
        return {}
    locked_before = [package for package in on_platform(order.held, platform) if package.manager == "conda"]
    held = {package.name: package for package in locked_before if package.name not in order.update}
    offered = await channels.records(sorted(held), platform)
    return {
        name: record
        for name, package in held.items()
        for record in offered[name]
        if record.url == package.url and record.sha256 is not None and record.sha256.hex() == package.sha256
    }


async def _refuse_unknown_names(declared: Declared, channels: Channels) -> None:
    for platform in declared.platforms:
        known = await channels.names(platform)
        for dependency in declared.dependencies:
            if dependency.name not in known:
                raise _unknown(dependency, platform, declared.channels, known)


def _unknown(dependency: Dependency, platform: str, channels: Sequence[str], known: Sequence[str]) -> HarnessError:
    where = f"no channel of this environment ({', '.join(channels)}) for {platform}"
    meant = did_you_mean(dependency.name, known, behind="\n")
    return HarnessError(f"{dependency.place}: '{dependency.name}' is in {where}.{meant}")


def _in_words(reason: str, platform: str, dependencies: Sequence[Dependency]) -> HarnessError:
    """The solver's reason, headed by the place of what it is about."""
    blamed = {match["name"] for line in reason.splitlines() if (match := _ROOT.match(line))}
    named = [each for each in dependencies if each.name in blamed] or list(dependencies[:1])
    places = ", ".join(f"'{each.spec}' ({each.place})" for each in named[1:])
    others = f", with {places}" if places else ""
    return HarnessError(f"{named[0].place}: {platform} can't have '{named[0].spec}'{others}:\n{reason}")


def _match_spec(dependency: Dependency) -> MatchSpec:
    try:
        return MatchSpec(dependency.spec, strict=False)  # strictly, `numpy 2.3.5` would be none
    except exceptions.InvalidMatchSpecError as reason:
        raise HarnessError(f"{dependency.place}: '{dependency.spec}' is no dependency: {reason}.") from reason


def _record(package: CondaPackage) -> PackageRecord:
    return PackageRecord(
        name=package.name,
        version=package.version,
        build=BuildString(package.build),
        build_number=0,
        subdir=cast("SubdirLiteral", package.subdir),
    )


def _is_lowest(declared: Declared) -> bool:
    return declared.resolution is Resolution.LOWEST_DIRECT


def _urls(records: Records) -> set[str]:
    return {record.url for record in records.values()}


def _versions(found: Found) -> dict[str, dict[str, str]]:
    return {
        platform: {name: str(record.version) for name, record in records.items()} for platform, records in found.items()
    }
