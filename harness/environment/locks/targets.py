"""What a lock of wheels holds for: each supported Python on each platform, as PEP 508 sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from packaging.markers import Marker

from harness.environment.locks.wheel_lock import Pin

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# By conda's name of the platform: sys_platform, platform_system, os_name, platform_machine.
_SYSTEMS = {
    "linux-64": ("linux", "Linux", "posix", "x86_64"),
    "linux-aarch64": ("linux", "Linux", "posix", "aarch64"),
    "osx-64": ("darwin", "Darwin", "posix", "x86_64"),
    "osx-arm64": ("darwin", "Darwin", "posix", "arm64"),
    "win-64": ("win32", "Windows", "nt", "AMD64"),
}


class Target(msgspec.Struct, frozen=True, order=True):
    """A Python (its minor version, as in 3.11) on a platform (as conda names it)."""

    platform: str
    python: str


def targets(platforms: Sequence[str], pythons: Sequence[str] = PYTHONS) -> tuple[Target, ...]:
    """All pairs, platform by platform; without platforms that the harness doesn't know."""
    known = [platform for platform in platforms if platform in _SYSTEMS]
    return tuple(Target(platform, python) for platform in known for python in pythons)


def marker_values(target: Target) -> dict[str, str]:
    """The values that markers are evaluated with. The third part of Python's version is taken to be 99: the newest."""
    sys_platform, system, os_name, machine = _SYSTEMS[target.platform]
    version = f"{target.python}.99"
    return {
        "implementation_name": "cpython",
        "implementation_version": version,
        "os_name": os_name,
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": system,
        "platform_version": "",
        "python_full_version": version,
        "python_version": target.python,
        "sys_platform": sys_platform,
    }


def told_apart_by(platform: str) -> tuple[str, str]:
    """What tells a platform from the others where wheels are chosen: sys_platform and platform_machine."""
    sys_platform, _system, _os_name, machine = _SYSTEMS[platform]
    return sys_platform, machine


def pinned(pins: Sequence[Pin], some: Sequence[Target]) -> dict[Target, dict[str, str]]:
    """Versions by normalized name, for each target, as the lock's markers choose; the first of two that both hold."""
    markers = {text: Marker(text) for text in {pin.marker for pin in pins if pin.marker}}
    chosen: dict[Target, dict[str, str]] = {}
    for target in some:
        values = marker_values(target)
        holding = {"", *(text for text, marker in markers.items() if marker.evaluate(values))}
        chosen[target] = {pin.name: pin.version for pin in reversed(pins) if pin.marker in holding}
    return chosen


def platform_of(sys_platform: str, machine: str) -> str:
    """Conda's name of a platform; `SYSTEM-MACHINE` where it has none here."""
    for platform, (system, _name, _os_name, known) in _SYSTEMS.items():
        if sys_platform == system and machine.lower() == known.lower():
            return platform
    return f"{sys_platform}-{machine}"


def described(some: Collection[Target], all_targets: Collection[Target]) -> str:
    """In words, which of all targets these are; empty if it is all of them."""
    if set(some) == set(all_targets):
        return ""
    platforms = sorted({target.platform for target in some})
    pythons = sorted({target.python for target in some}, key=_by_minor)
    if len(some) < len(platforms) * len(pythons):
        return ", ".join(f"{target.platform} with Python {target.python}" for target in sorted(some))
    told = []
    if set(platforms) != {target.platform for target in all_targets}:
        told.append(", ".join(platforms))
    if set(pythons) != {target.python for target in all_targets}:
        told.append(f"Python {', '.join(pythons)}")
    return " with ".join(told)


def _by_minor(python: str) -> tuple[int, ...]:
    return tuple(int(part) for part in python.split("."))


def minor(version: str) -> str:
    """3.12 of 3.12.13."""
    return ".".join(version.split(".")[:2])
