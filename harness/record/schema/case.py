"""What is compared: the same work done in several ways."""

from __future__ import annotations

from harness.record.schema.sample import Conditions, Launch, Sample
from harness.record.schema.value import Value
from harness.record.schema.variant import Failure, Variant


class Tolerance(Value, frozen=True, kw_only=True):
    """Two numbers a and b agree if abs(a - b) <= atol + rtol * abs(b), b being the baseline's."""

    rtol: float
    atol: float


class Look(Value, frozen=True, kw_only=True):
    """A case was looked at after this launch (its number): whether it was known well enough, and so at its end.

    spent: the share of the error probability that was given out by then.
    """

    launch: int
    spent: float
    enough: bool


class Case(Value, frozen=True, kw_only=True):
    """The same work done in several ways: what is compared.

    tolerance_stated: which of the tolerance's two numbers the test itself states. margin: a share, where a rule of the
    policy gives this case one of its own; None means the plan's.
    blocks_per_launch: planned. fresh: each call runs in a process of its own, fresh_why says for which reason.
    limit_s: what the machine would need at best, one value a launch. of, variant: in a run side by side, where a case
    is one test in several environments, the suite's case that this test belongs to, and what it is called there.
    warm_up_blocks: how many blocks at the beginning of each held launch, after the first, a change point over the
    launches told to be warm-up; unsteady: the variants whose times still change in the second half of the launches.
    looks: those that could have ended it; none where the plan was fixed, and one at its end.
    numbers: what is behind those parameters that are numbers, whatever pytest calls them in `params`.
    """

    id: str
    of: str | None = None
    variant: str | None = None
    file: str
    group: str | None
    params: dict[str, str]
    numbers: dict[str, float] = {}
    baseline: str
    baseline_stated: bool
    tolerance: Tolerance
    tolerance_stated: list[str] = []
    margin: float | None = None
    optional: bool = False
    axis: str | None = None
    blocks_per_launch: int = 0
    fresh: bool = False
    fresh_why: str = ""
    variants: list[Variant] = []
    limit_s: list[float] = []
    limit_failures: list[Failure] = []
    launches: list[Launch] = []
    looks: list[Look] = []
    samples: list[Sample] = []
    conditions: list[Conditions] = []
    not_measured: str = ""
    warm_up_blocks: int = 0
    unsteady: list[str] = []
