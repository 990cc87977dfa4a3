"""Where environments lie in the user's cache folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.user_cache import cache_faults, cache_folder

__all__ = ["cache_faults", "cache_folder", "environments_folder"]


def environments_folder(environ: Mapping[str, str]) -> Path:
    """The folder that holds all environments made by the harness: absolute, and not made here."""
    return cache_folder(environ) / "envs"
