"""The part of a mirror that holds conda packages: a channel that conda's tools can install from without a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rattler.index import index_fs

from harness.environment.archives.archive import faults
from harness.environment.archives.conda_archives import CHANNEL, archive_of, place_in_mirror
from harness.environment.archives.download import fetch, run
from harness.environment.locks.conda_lock import CondaPackage
from harness.failure import HarnessError


def fill(mirror: Path, packages: Sequence[CondaPackage], progress: Callable[[str], None]) -> int:
    """Fetch the archives of these packages, and index them; returns how many. What is there and right stays.

    Raises HarnessError that names each archive that can't be had, or isn't what was locked.
    """
    places: dict[Path, CondaPackage] = {}
    for package in packages:
        first = places.setdefault(place_in_mirror(mirror, package), package)
        if first.sha256 != package.sha256:
            raise HarnessError(
                f"{package.subdir}/{package.file_name} is in the lock from two channels, and they differ. "
                "A mirror is one channel: it can't hold both."
            )
    there = faults((path, (each.sha256,)) for path, each in places.items())
    fetch([(archive_of(places[path]), path) for path in there], progress)
    (mirror / CHANNEL / "noarch").mkdir(parents=True, exist_ok=True)
    try:
        run(index_fs(mirror / CHANNEL, write_zst=False, write_shards=False))
    except Exception as reason:  # rattler raises bare RuntimeErrors
        raise HarnessError(f"{mirror / CHANNEL}: the channel can't be indexed. rattler says: {reason}") from reason
    return len(places)
