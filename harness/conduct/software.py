"""What a probe says of an environment without a suite: its part of the fingerprint, and what can be counted there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from harness.conduct.probe import ProbeLost
from harness.conduct.room import Room
from harness.conduct.site import Site
from harness.conduct.subject import Subject
from harness.environment import Guard, Realized
from harness.failure import HarnessError
from harness.machine.cores import available
from harness.record.schema import Plan

_TIMEOUT_S = 120.0


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """software: as in the fingerprint. uncounted: why instructions can't be counted; empty where they can."""

    software: dict[str, Any]
    uncounted: str


def software_of(realized: Realized, room: Path) -> dict[str, Any]:
    """The software of an environment. room: a folder for the probe's log. Raises HarnessError."""
    return describe(realized, room).software


def describe(realized: Realized, room: Path) -> Described:
    """Ask a probe in the environment. room: a folder for its log. Raises HarnessError."""
    cores = available()
    plan = Plan(
        paths=[],
        keyword=None,
        scale="quick",
        budget_s=_TIMEOUT_S,
        launches=None,
        precision=1.0,
        margin=1.0,
        cores=cores,
        threads=len(cores),
        seed=0,
        timeout_s=None,
    )
    guard = Guard()
    try:
        site = Site(realized=realized, folder=Path.cwd())
        subject = Subject(site, plan, guard=guard, room=Room(room, room), trace=lambda _: None)
        probe = subject.probe("describe", hash_seed=0, mode="describe", paths=[])
        try:
            message = probe.hear(_TIMEOUT_S)
        finally:
            probe.close()
    except ProbeLost as lost:
        raise HarnessError(f"{realized.python}: cannot be described: {lost.text}\n{lost.output}") from lost
    finally:
        guard.close()
    return Described(software=message["software"], uncounted=message["uncounted"])
