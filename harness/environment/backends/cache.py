"""Where environments and archives are kept: the user's cache folder."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def environments_folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The folder that holds all environments made by the harness: absolute, and not made here.

    $HARNESS_CACHE if it is set, else the platform's place for caches.
    """
    return _root(environ, platform).expanduser().absolute() / "envs"


def archives_folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The folder that holds archives that were fetched, each under its SHA-256: absolute, and not made here."""
    return _root(environ, platform).expanduser().absolute() / "archives"


def channels_folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The folder that holds what conda channels said they offer: absolute, and not made here."""
    return _root(environ, platform).expanduser().absolute() / "channels"


def _root(environ: Mapping[str, str], platform: str) -> Path:
    if environ.get("HARNESS_CACHE"):
        return Path(environ["HARNESS_CACHE"])
    if platform == "darwin":
        return Path("~/Library/Caches/scaling-harness")
    return Path(environ.get("XDG_CACHE_HOME") or "~/.cache", "scaling-harness")
