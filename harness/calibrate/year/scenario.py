"""What a simulated year is asked for, and what was planted in it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

# The first night of each simulated year.
BEGINS = "2025-11-22"
CASES = ("search", "kmeans", "parsing", "scoring", "sampling", "joining", "reading", "sorting")
VARIANTS = ("naive", "cached", "threads", "cluster", "compiled", "sparse", "streamed", "batched")


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A year as it is to be. The same scenario gives the same records.

    cases, variants: of the suite; each variant of each case makes a series. launches: of a night, blocks: of a launch.
    night_sd, launch_sd, turn_sd: standard deviations of the logarithm, from night to night, from launch to launch
    within a night (of the ratio), and from turn to turn (of a time). spikes: the share of nights at which a series is
    off by `spike`, a share, alone. changes: whether anything is planted.
    """

    seed: int = 1
    nights: int = 365
    cases: int = 4
    variants: int = 3
    launches: int = 5
    blocks: int = 2
    night_sd: float = 0.005
    launch_sd: float = 0.008
    turn_sd: float = 0.004
    spikes: float = 0.01
    spike: float = 0.3
    changes: bool = True


class Kind(StrEnum):
    """What can happen in a simulated year."""

    COMMIT = "commit"
    DEPENDENCY = "dependency"
    ANSWER = "answer"
    COUNTER = "counter"
    NOISY_MACHINE = "noisy machine"
    MISSED_NIGHT = "missed night"
    ANOTHER_CPU = "another CPU"
    ANCHOR_MOVE = "anchor move"


class Planted(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. night: the first one that it is in, counted from 0; date: of that night.

    until: the first night after it, where it ends. case, variant: None where it is about all of them. change: of the
    time, a factor (1.06 is 6 % more), where it changes times. what: in words.
    """

    kind: Kind
    night: int
    date: str
    until: int | None = None
    case: str | None = None
    variant: str | None = None
    change: float | None = None
    what: str
