"""What moved between two nights: packages of their locks, and commits."""

from __future__ import annotations

import os
from pathlib import Path

from packaging.markers import default_environment

from harness.difference import difference
from harness.environment import Kind, pins
from harness.environment.backends.this_machine import platform as this_platform
from harness.environment.locks.conda_lock import on_platform, read_conda_lock
from harness.machine.git import git
from harness.nightly.sites import name_and_kind

MOST_COMMITS = 10
Packages = dict[str, tuple[str | None, str | None]]


def packages_between(before: str, after: str, address: str) -> Packages:
    """The packages that differ between two locks, on this machine: versions in both, None where there is none."""
    return differing(_versions(before, address), _versions(after, address))


def differing(before: dict[str, str], after: dict[str, str]) -> Packages:
    """What differs between two sets of packages, by name."""
    found = difference(before, after)
    told: Packages = {name: (then, now) for name, (then, now) in found.changed.items()}
    told |= {name: (then, None) for name, then in found.removed.items()}
    told |= {name: (None, now) for name, now in found.added.items()}
    return dict(sorted(told.items()))


def commits_between(folder: Path, before: str, after: str) -> tuple[list[str], int]:
    """The commits since one, the newest first, as "abc1234 subject", and how many there are beyond those."""
    said = git(folder, "log", "--format=%h %s", f"{before}..{after}")
    lines = os.fsdecode(said.stdout).splitlines() if said.returncode == 0 else []
    return lines[:MOST_COMMITS], max(0, len(lines) - MOST_COMMITS)


def _versions(lock: str, address: str) -> dict[str, str]:
    if name_and_kind(address)[1] is Kind.CONDA:
        packages = on_platform(read_conda_lock(lock, "lock"), this_platform())
        return {each.name: f"{each.version} {each.build}".strip() for each in packages}
    return pins(lock, {name: str(value) for name, value in default_environment().items()})
