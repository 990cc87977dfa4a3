"""What a bisection found: which change between a good and a bad end made the difference, and how sure that is."""

from __future__ import annotations

from enum import StrEnum

from harness.record.schema import Interval, Value


class Side(StrEnum):
    """Which end a mix resembles. Unknown: it doesn't run, or what was measured doesn't tell."""

    GOOD = "nearer to good"
    BAD = "nearer to bad"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """Narrowed: the change is among those named, and could not be told apart further."""

    FOUND = "found"
    NONE = "none"
    NARROWED = "narrowed"


class Change(Value, frozen=True, kw_only=True):
    """A package with its versions (None: it isn't there), or a commit: its id, and its title as `bad`."""

    name: str
    good: str | None = None
    bad: str | None = None


class Weighed(Value, frozen=True, kw_only=True):
    """A mix that was held against both ends.

    taken: the names of the changes in it. position: 0 is like the good end, 1 like the bad one, with its interval at
    this decision's confidence; None where it was not measured, or an answer was compared. launches: that it rests on.
    error: the probability that it is wrong; 0 for answers, and where nothing was decided. why: in words, where unknown.
    """

    step: int
    taken: list[str]
    side: Side
    position: float | None = None
    low: float | None = None
    high: float | None = None
    launches: int = 0
    error: float = 0.0
    why: str = ""


class Effect(Value, frozen=True, kw_only=True):
    """A ratio of times with its 95 % interval over launches. what: of which two, in words."""

    what: str
    ratio: float
    interval: Interval | None
    launches: int


class Trait(StrEnum):
    """What of a test the ends of a bisection differ in: how long it takes, what it gives, or whether it runs at all."""

    TIME = "time"
    ANSWER = "answer"
    RUNNING = "running"


class Culprit(Value, frozen=True, kw_only=True):
    """One part of the cause. changes: several where they only move together, or could not be told apart.

    along: changes that have to come with it, because it needs them, and that alone don't make the difference.
    """

    changes: list[Change]
    along: list[str] = []


class Bisection(Value, frozen=True, kw_only=True):
    """A bisection as a whole.

    of: 'packages' or 'commits'. measure: what of a test they differ in. good, bad: as the user named the ends. case: of
    which test the ends differ most clearly, on which it was decided. together: packages that only move together. ends:
    bad over good. effects: of the culprits in good and in bad surroundings; interaction: by which factor two of them
    are slower together than each alone would make them. rest: what is left without them, and rest_end how the mix
    without them can be named as an end. others: other tests that differ. smallest_seen: the smallest change that would
    have been seen between the ends, a share, where none was. error: the probability that any of the decisions is wrong,
    allowed_error: what was allowed. runs: the records' ids. missing: what was not measured of the ends, in words.
    """

    id: str
    of: str
    measure: Trait
    good: str
    bad: str
    outcome: Outcome
    differing: int
    case: str | None = None
    together: list[list[str]] = []
    culprits: list[Culprit] = []
    ends: Effect | None = None
    effects: list[Effect] = []
    interaction: Effect | None = None
    rest: Effect | None = None
    rest_end: str = ""
    others: list[Effect] = []
    smallest_seen: float | None = None
    steps: list[Weighed] = []
    error: float = 0.0
    allowed_error: float = 0.0
    measured_s: float = 0.0
    runs: list[str] = []
    remarks: list[str] = []
    missing: list[str] = []
