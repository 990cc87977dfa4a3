"""What a mirror holds of one lock."""

from __future__ import annotations

import msgspec

ALL_PLATFORMS = "all"


class Mirrored(msgspec.Struct, frozen=True, kw_only=True):
    """lock: its path in the project, and in the mirror. archives: how many files it needs on the chosen platforms."""

    lock: str
    archives: int
