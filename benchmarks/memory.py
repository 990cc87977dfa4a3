"""How much memory this process may use."""

from __future__ import annotations

import os
from pathlib import Path


def most_bytes() -> float:
    """The machine's memory, or what a container is allowed of it; infinite where neither can be told."""
    return min(_physical_bytes(), _container_bytes())


def _physical_bytes() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return float("inf")


def _container_bytes(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> float:
    try:
        return float(limit.read_text())
    except (OSError, ValueError):  # there is none, or it is the word "max"
        return float("inf")
