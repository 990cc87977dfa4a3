"""What a run is held to, and where it breaks it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from harness.record.schema.value import Value


class Failing(StrEnum):
    """What a policy may let a run fail for. All but drift, not solved and not measured are verdicts of one variant.

    STEP: a night's level is slower than that of the nights before. NOT_SOLVED: a night had no fresh solve.
    """

    SLOWER = "slower"
    STEP = "step"
    INCONCLUSIVE = "inconclusive"
    DIFFERS = "differs"
    UNSTABLE = "unstable"
    NO_ANSWER = "no answer"
    COUNTERS = "counters"
    DRIFT = "drift"
    NOT_SOLVED = "not solved"
    NOT_MEASURED = "not measured"


def _always() -> list[Failing]:
    return [Failing.DRIFT, Failing.NOT_MEASURED]


def _of_nights() -> list[Failing]:
    # A night is there to tell what a run need not: all but what it can't help, and what nobody can say.
    return [each for each in Failing if each not in {Failing.INCONCLUSIVE, Failing.NOT_SOLVED}]


class Rule(Value, frozen=True, kw_only=True):
    """What holds for some cases. cases: an id, a group, or a pattern with * and ?. None: as for all others."""

    cases: str
    margin: float | None = None
    rtol: float | None = None
    atol: float | None = None


class Policy(Value, frozen=True, kw_only=True):
    """What a run is held to, as its project states it (`[tool.harness]` in pyproject.toml).

    source: the file, from the top of the repository; None where none states a policy, and the defaults hold. margin: a
    share. rtol, atol: of answers, where a test states no tolerance of its own. fail: what makes a run fail;
    fail_against: what makes one side by side fail; fail_nightly: what makes a night fail.
    """

    source: str | None = None
    margin: float = 0.02
    rtol: float = 1e-6
    atol: float = 1e-12
    fail: list[Failing] = msgspec.field(default_factory=_always)
    fail_against: list[Failing] = msgspec.field(default_factory=_always)
    fail_nightly: list[Failing] = msgspec.field(default_factory=_of_nights)
    rules: list[Rule] = []


class Breach(Value, frozen=True, kw_only=True):
    """A rule of the policy that the run has broken. case, variant: None where the rule is about the whole run.

    ratio: the variant's time over the baseline's, where the rule is about time. detail: in words.
    """

    rule: Failing
    case: str | None = None
    variant: str | None = None
    ratio: float | None = None
    detail: str = ""
