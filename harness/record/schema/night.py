"""What makes a run a night's, and the fixed points that nights are held against."""

from __future__ import annotations

from harness.record.schema.value import Value


class Night(Value, frozen=True, kw_only=True):
    """A run of today's code and packages in lockstep with one or more anchors.

    date: the day that it counts for, in UTC, as 2026-11-22. anchors: the number of the anchor that each of the run's
    environments is, in their order; the last environment is today's and has none. unsolved: why today's lock isn't a
    fresh solve but the committed one; empty where it is fresh.
    """

    date: str
    anchors: list[int]
    unsolved: str = ""


class Anchor(Value, frozen=True, kw_only=True):
    """A commit with its lock that nights are measured against; the store keeps each under its number, for good.

    number: 1 is the first. commit: in full. tag: what the user named it by. address: of the environment, without a
    revision; lock_digest: of its lock, which the store keeps. made: the moment. why: in the user's words.
    """

    number: int
    commit: str
    tag: str
    address: str
    lock_digest: str
    made: str
    why: str


class Imported(Value, frozen=True, kw_only=True):
    """Where a record comes from that another tool measured: its name and version, the file and its SHA-256."""

    tool: str
    tool_version: str
    file: str
    digest: str
