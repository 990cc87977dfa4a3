"""What a conda lock leaves to pip, as lines of a lock of wheels."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.utils import canonicalize_name

from harness.environment.locks.conda_lock import CondaPackage
from harness.environment.locks.wheel_lock import Pin


def left_to_pip(packages: Iterable[CondaPackage]) -> list[Pin]:
    """The packages that pip is to install, without their markers: a conda lock has a list for each platform."""
    return [
        Pin(
            name=canonicalize_name(each.name),
            version=each.version,
            marker="",
            hashes=(f"sha256:{each.sha256}",),
            line=0,
        )
        for each in packages
        if each.manager == "pip"
    ]
