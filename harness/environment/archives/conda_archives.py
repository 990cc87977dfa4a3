"""Where the archives of a conda lock lie on this machine: all of them, each checked each time it is handed out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.environment.archives.archive import Archive, faults
from harness.environment.archives.download import fetch
from harness.environment.cache import cache_faults, cache_folder
from harness.environment.locks.conda_lock import CondaPackage
from harness.failure import HarnessError

CHANNEL = "conda"  # the folder of a mirror that is one


def archives_at_hand(
    packages: Sequence[CondaPackage], mirror: Path | None, progress: Callable[[str], None]
) -> list[Path]:
    """The archives of these packages, in their order.

    They are taken from the cache and fetched into it, or from a mirror and nowhere else. What is damaged in the cache
    is fetched again; what is damaged or missing in a mirror is named, all of it.
    Raises HarnessError.
    """
    if mirror is not None:
        return _mirrored(packages, mirror)
    folder = cache_folder(os.environ) / "archives"
    places = {folder / each.sha256 / each.file_name: each for each in packages}
    found = faults((path, (each.sha256,)) for path, each in places.items())
    for path, said in found.items():
        if said != "missing":
            progress(f"{path.name}: the copy in the cache is {said}; it is fetched again")
    with cache_faults(folder):
        fetch([(archive_of(places[path]), path) for path in found], progress)
    return list(places)


def archive_of(package: CondaPackage) -> Archive:
    """The file that a package comes in."""
    return Archive(file_name=package.file_name, url=package.url, sha256=package.sha256)


def place_in_mirror(mirror: Path, package: CondaPackage) -> Path:
    """Where a mirror keeps a package: in a channel."""
    return mirror / CHANNEL / package.subdir / package.file_name


def _mirrored(packages: Sequence[CondaPackage], mirror: Path) -> list[Path]:
    places = {place_in_mirror(mirror, each): each for each in packages}
    found = faults((path, (each.sha256,)) for path, each in places.items())
    if found:
        listed = "\n".join(f"- {path.relative_to(mirror)}: {said}" for path, said in found.items())
        raise HarnessError(
            f"{mirror}: {len(found)} of {len(places)} archives of this lock aren't as they should be:\n{listed}\n"
            "Make the mirror good again where there is a network: harness env mirror NAME@conda DIR"
        )
    return list(places)
