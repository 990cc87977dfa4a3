"""The user's cache folder, where the harness keeps what it can make again.

In it lie envs/, archives/ (by SHA-256), channels/ (what conda channels said they offer), images/ (their locks),
checkouts/ (the measured code at other commits), bundles/ (unpacked), probe/ (the probe's code by its digest), index/
(what the records of a store say) and spool/ (runs that belong into a store on another machine).
"""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.failure import HarnessError


def cache_folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The cache: absolute, and not made here. $HARNESS_CACHE if it is set, else the platform's place for caches."""
    return _named(environ, platform).expanduser().absolute()


@contextlib.contextmanager
def cache_faults(folder: Path) -> Iterator[None]:
    """Say what to do where a folder of the cache refuses: HarnessError for OSError."""
    try:
        yield
    except OSError as reason:
        wanted = "on a disk with space" if reason.errno == errno.ENOSPC else "that can be written to"
        raise HarnessError(
            f"{folder}: the cache can't be used: {reason.strerror or reason}. Let HARNESS_CACHE name a folder {wanted}."
        ) from reason


def _named(environ: Mapping[str, str], platform: str) -> Path:
    if environ.get("HARNESS_CACHE"):
        return Path(environ["HARNESS_CACHE"])
    if platform == "darwin":
        return Path("~/Library/Caches/scaling-harness")
    return Path(environ.get("XDG_CACHE_HOME") or "~/.cache", "scaling-harness")
