"""What was asked for."""

from __future__ import annotations

from harness.record.schema.night import Night
from harness.record.schema.policy import Policy
from harness.record.schema.value import Value


class Price(Value, frozen=True, kw_only=True):
    """What a core costs for an hour. currency: as the user wrote it; empty where it wasn't said."""

    core_hour: float
    currency: str = ""


class Plan(Value, frozen=True, kw_only=True):
    """What was asked for. launches: exactly so many of each case; None means until enough is known.

    margin: a share, of the cases for which the policy has no other.
    folder: where the paths begin, from the top of the git repository; empty at the top, or without a repository.
    reproduces: the id of the record whose plan this is, where the run was made to reproduce one. night: what makes the
    run a night's. blames: the id of the night's record whose difference this run takes apart into code and packages.
    bisects: the id of the bisection that the run is a step of.
    """

    paths: list[str]
    keyword: str | None
    scale: str
    budget_s: float
    launches: int | None
    precision: float
    margin: float
    cores: list[int]
    threads: int
    seed: int
    timeout_s: float | None
    policy: Policy = Policy()
    folder: str = ""
    reproduces: str | None = None
    price: Price | None = None
    night: Night | None = None
    blames: str | None = None
    bisects: str | None = None
