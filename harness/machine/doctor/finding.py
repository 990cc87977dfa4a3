"""What a check says."""

from __future__ import annotations

import enum

import msgspec


class Level(enum.StrEnum):
    """How a machine stands under one check. What can't be told is unknown, and neither good nor bad."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "unknown"


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What the found thing costs here: a ratio of two times that were measured just now, and how they were."""

    ratio: float
    how: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One check's finding.

    what: in words, with the figures. cost: None where it wasn't or can't be measured in seconds. remedy: the exact
    command where there is one; it may be empty. policy: from where on this check calls a machine bad; a matter of
    choice, not of fact. Empty where it never does.
    """

    check: str
    level: Level
    what: str
    cost: Cost | None = None
    remedy: str = ""
    policy: str = ""
