"""Is what is installed what the lock says? Two mappings in, findings in words out."""

from __future__ import annotations

from collections.abc import Mapping

from packaging.version import InvalidVersion, Version

from harness.record.schema import Verification

UNLOCKED = Verification(state="unlocked")


def compare(pins: Mapping[str, str], installed: Mapping[str, str]) -> Verification:
    """Compare versions by normalized name; the findings are sorted by package.

    Nothing is set aside, pip and setuptools neither: an environment that uv makes from a lock has only what the lock
    says, so a pip in it was put there by somebody.
    """
    names = sorted(pins.keys() | installed.keys())
    findings = [finding for name in names if (finding := _finding(name, pins.get(name), installed.get(name)))]
    return Verification(state="drifted" if findings else "verified", findings=findings)


def _finding(name: str, locked: str | None, live: str | None) -> str | None:
    if live is None:
        return f"missing: {name} {locked}"
    if locked is None:
        return f"extra: {name} {live}"
    if _same(locked, live):
        return None
    return f"version: {name} is {live}, the lock says {locked}"


def _same(locked: str, live: str) -> bool:
    try:
        return Version(locked) == Version(live)
    except InvalidVersion:
        return locked == live
