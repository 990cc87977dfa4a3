"""Environments over time: which packages they had, and what changed when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.record.results import Kind, Run
from harness.report.plain import line
from harness.report.site.changes import package_changes
from harness.report.site.content import Content

VERSIONS_SHOWN = 8
DIGEST_SHOWN = 12


@dataclass(frozen=True)
class Stay:
    """Runs in a row with the same software. changes: from the stay before it, in words; empty in the first one."""

    first: Run
    last: Run
    runs: int
    changes: list[str]

    @property
    def since(self) -> str:
        """The first day."""
        return self.first.day

    @property
    def until(self) -> str:
        """The last day."""
        return self.last.day

    @property
    def lock(self) -> str:
        """The beginning of the lock's digest, or of that of the software where there is no lock."""
        return digest_shown(self.first.lock_digest) or f"no lock; software {digest_shown(self.first.software_digest)}"


@dataclass(frozen=True)
class Package:
    """A package over time. versions: the newest, each with the day it came; changes: how many there were."""

    name: str
    version: str
    since: str
    changes: int
    versions: list[tuple[str, str]]


@dataclass(frozen=True)
class Surroundings:
    """An environment as its runs found it, the oldest stay first."""

    name: str
    stays: list[Stay]
    packages: list[Package]

    @property
    def now(self) -> Stay:
        """The software that it has now."""
        return self.stays[-1]


def environments_of(content: Content) -> list[Surroundings]:
    """All environments of the store, by the name that they are addressed by."""
    found: dict[str, list[Run]] = {}
    for run in content.runs.values():
        if run.kind is not Kind.IMPORTED:
            found.setdefault(name_of(run), []).append(run)
    return [_surroundings(content, name, runs) for name, runs in sorted(found.items())]


def name_of(run: Run) -> str:
    """The environment's address without the revision of the code."""
    return run.address.partition(":")[0] or run.address


def digest_shown(digest: str | None) -> str:
    """The beginning of a digest."""
    return line(digest or "").removeprefix("sha256:")[:DIGEST_SHOWN]


def _surroundings(content: Content, name: str, runs: Sequence[Run]) -> Surroundings:
    stays: list[Stay] = []
    for _, each in groupby(runs, key=lambda run: (run.software_digest, run.lock_digest)):
        inside = list(each)
        told = _changes(content, stays[-1].first, inside[0]) if stays else []
        stays.append(Stay(inside[0], inside[-1], len(inside), told))
    return Surroundings(name, stays, _packages(content, stays))


def _changes(content: Content, before: Run, after: Run) -> list[str]:
    told = package_changes(content.versions_of(before), content.versions_of(after))
    if before.python != after.python:
        told = [f"Python {line(before.python)} → {line(after.python)}", *told]
    return told or ["another lock with the same versions" if before.lock_digest != after.lock_digest else "settings"]


def _packages(content: Content, stays: Sequence[Stay]) -> list[Package]:
    seen: dict[str, list[tuple[str, str]]] = {}
    before: Mapping[str, str] = {}
    for stay in stays:
        versions = content.versions_of(stay.first)
        for name, version in versions.items():
            if before.get(name) != version:
                seen.setdefault(name, []).append((line(version), stay.since))
        for name in before.keys() - versions.keys():
            seen.setdefault(name, []).append(("removed", stay.since))
        before = versions
    return [
        Package(
            name=line(name),
            version=history[-1][0],
            since=history[-1][1],
            changes=len(history) - 1,
            versions=list(reversed(history[-VERSIONS_SHOWN:])),
        )
        for name, history in sorted(seen.items(), key=lambda each: each[0].lower())
    ]
