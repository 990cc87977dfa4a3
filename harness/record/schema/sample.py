"""What was measured: turns, the machine around them, and the launches that they belong to."""

from __future__ import annotations

from enum import StrEnum

from harness.record.schema.value import Value


class Phase(StrEnum):
    """What a sample may be used for. Only `MEASURED` ones enter ratios."""

    MEASURED = "measured"
    WARM_UP = "warm-up"
    PILOT = "pilot"
    BROKEN = "broken"
    VOID = "void"


class Sample(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One timed turn of one variant. instructions: executed in it, in user space; None where they weren't counted."""

    launch: int
    block: int
    variant: str
    calls: int
    wall_s: float
    cpu_s: float
    phase: Phase
    instructions: int | None = None


class Conditions(Value, frozen=True, kw_only=True):
    """The machine around one block; a figure that cannot be told is None.

    steal_share, pressure_share: share of the CPU time since the block began; load: 1 minute average.
    """

    launch: int
    block: int
    steal_share: float | None = None
    throttled_s: float | None = None
    swapped_bytes: int | None = None
    cpu_pressure_share: float | None = None
    load: float | None = None


class Launch(Value, frozen=True, kw_only=True):
    """One set of fresh probes with its blocks: the unit of inference."""

    number: int
    hash_seed: int
    began: str
    start_s: float
    phase: Phase
    why: str = ""
