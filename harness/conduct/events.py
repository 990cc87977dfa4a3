"""What happens in a run, one event a line of its journal. A run's state is a fold over them, and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec

from harness.record.schema import (
    Case,
    Conditions,
    EnvironmentRecord,
    Failure,
    Fingerprint,
    Phase,
    Plan,
    Running,
    Sample,
)


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """at_s: seconds of measuring time since the run began, interruptions left out."""

    at_s: float = 0.0


class RunBegan(Event, frozen=True, kw_only=True, tag="run began"):
    """lock_text: of the environment; against_locks: of those in `against` that have one. unpaired: tests that
    not all environments have, a line each.
    """

    run: str
    harness_version: str
    began: str
    plan: Plan
    environment: EnvironmentRecord
    fingerprint: Fingerprint
    cases: list[Case]
    broken_files: dict[str, str]
    folder: str = ""
    lock_text: str | None = None
    against: list[EnvironmentRecord] = []
    against_locks: list[str] = []
    unpaired: list[str] = []


class Resumed(Event, frozen=True, kw_only=True, tag="resumed"):
    """budget_s: of the whole run from here on, where another one was asked for."""

    began: str
    budget_s: float | None = None


class LaunchBegan(Event, frozen=True, kw_only=True, tag="launch began"):
    case: str
    launch: int
    hash_seed: int
    began: str


class ProbesReady(Event, frozen=True, kw_only=True, tag="probes ready"):
    case: str
    launch: int
    start_s: float


class Sampled(Event, frozen=True, kw_only=True, tag="sampled"):
    case: str
    sample: Sample


class BlockEnded(Event, frozen=True, kw_only=True, tag="block ended"):
    case: str
    conditions: Conditions


class PeakTaken(Event, frozen=True, kw_only=True, tag="peak taken"):
    case: str
    launch: int
    variant: str
    peak_bytes: int


class Watched(Event, frozen=True, kw_only=True, tag="watched"):
    """What was seen of a variant's threads in its untimed call of a launch."""

    case: str
    launch: int
    variant: str
    running: Running


class CasePlanned(Event, frozen=True, kw_only=True, tag="case planned"):
    """What the pilot decided: calls a turn for each variant that has more than one, blocks a launch, whether each call
    has a process of its own, and why.
    """

    case: str
    calls: dict[str, int] = {}
    blocks_per_launch: int
    fresh: bool
    twin_of: str | None
    why: str = ""


class CaseLookedAt(Event, frozen=True, kw_only=True, tag="case looked at"):
    """After a launch that the plan names, whether the case is known well enough. most: launches planned at most."""

    case: str
    launch: int
    most: int
    spent: float
    enough: bool


class Stated(Event, frozen=True, kw_only=True, tag="stated"):
    """What a variant's test said at the end of a launch. answer is None where none was given."""

    case: str
    launch: int
    variant: str
    answer: Any = None
    counters: dict[str, int] = {}
    parts_s: dict[str, float] = {}
    axis: str | None = None
    notes: dict[str, Any] = {}


class LimitStated(Event, frozen=True, kw_only=True, tag="limit stated"):
    case: str
    launch: int
    limit_s: float


class VariantFailed(Event, frozen=True, kw_only=True, tag="variant failed"):
    """variant is None where it was the limit that failed."""

    case: str
    variant: str | None
    failure: Failure


class LaunchEnded(Event, frozen=True, kw_only=True, tag="launch ended"):
    case: str
    launch: int
    phase: Phase
    why: str = ""


class EndForeseen(Event, frozen=True, kw_only=True, tag="end foreseen"):
    """Every case has had its first launch. left_s: seconds of measuring that are predicted to be left."""

    left_s: float


class CaseLeftOut(Event, frozen=True, kw_only=True, tag="case left out"):
    case: str
    why: str


class RunEnded(Event, frozen=True, kw_only=True, tag="run ended"):
    ended: str


AnyEvent = (
    RunBegan
    | Resumed
    | LaunchBegan
    | ProbesReady
    | Sampled
    | BlockEnded
    | PeakTaken
    | Watched
    | CasePlanned
    | CaseLookedAt
    | Stated
    | LimitStated
    | VariantFailed
    | LaunchEnded
    | EndForeseen
    | CaseLeftOut
    | RunEnded
)
