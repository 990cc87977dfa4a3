"""The versions that conda packages have, as wheels: what makes both kinds of a lock carry the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from harness.environment.locks.conda_lock import CondaLock
from harness.environment.locks.targets import told_apart_by


def wheel_versions(lock: CondaLock, wheel_names: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Versions by a wheel's normalized name, then by platform.

    wheel_names: wheel by conda name where they differ, empty where there is none.
    """
    versions: dict[str, dict[str, str]] = {}
    for package in lock.packages:
        wheel = wheel_names.get(package.name, package.name) if package.manager == "conda" else package.name
        if wheel and not wheel.startswith("_") and _is_version(package.version):
            versions.setdefault(canonicalize_name(wheel), {})[package.platform] = package.version
    return versions


def requirements(name: str, versions: Mapping[str, str]) -> list[str]:
    """One exact version, or, where platforms differ, one for most of them and others with markers."""
    by_version: dict[str, list[str]] = {}
    for platform, version in versions.items():
        by_version.setdefault(version, []).append(platform)
    usual, *others = sorted(by_version, key=lambda version: -len(by_version[version]))
    elsewhere = [platform for version in others for platform in by_version[version]]
    lines = [f"{name}=={version} ; {_on(by_version[version])}" for version in others]
    return [f"{name}=={usual} ; {_not_on(elsewhere)}" if elsewhere else f"{name}=={usual}", *lines]


def _on(platforms: Iterable[str]) -> str:
    pairs = [told_apart_by(platform) for platform in platforms]
    return " or ".join(f"(sys_platform == '{system}' and platform_machine == '{machine}')" for system, machine in pairs)


def _not_on(platforms: Iterable[str]) -> str:
    pairs = [told_apart_by(platform) for platform in platforms]
    return " and ".join(f"(sys_platform != '{system}' or platform_machine != '{machine}')" for system, machine in pairs)


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
