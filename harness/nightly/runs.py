"""The runs of a night: one against anchors, one to blame. Each is found again by its seed, cut or recorded."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from harness.conduct import Site, Surroundings, measure, resume, unfinished
from harness.conduct.fold import beginning
from harness.conduct.journal import NAME
from harness.conduct.launch import Watch
from harness.conduct.policy_file import policy_of
from harness.failure import HarnessError
from harness.machine.code import place_in_repository
from harness.nightly.state import Asked
from harness.record import Store
from harness.record.schema import Plan, Record


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Where runs take place, and whom they tell. folder: where the user stands."""

    store: Store
    folder: Path
    watch: Watch
    trace: Callable[[str], None]


def plan_of_night(asked: Asked, seed: int, folder: Path) -> Plan:
    """The plan of a run, but for what makes it a night's. folder: where the user stands. Raises HarnessError."""
    policy = policy_of(folder)
    return Plan(
        paths=asked.paths,
        keyword=asked.keyword,
        scale=asked.scale,
        budget_s=asked.budget_s,
        launches=asked.launches,
        precision=asked.precision,
        margin=policy.margin,
        cores=asked.cores,
        threads=asked.threads,
        seed=seed,
        timeout_s=asked.timeout_s,
        policy=policy,
        folder=place_in_repository(folder),
    )


def measured(plan: Plan, sites: Sequence[Site], desk: Desk) -> Record:
    """The record of this plan: that of a run that goes on where it was cut, or of a new one.

    Raises HarnessError; KeyboardInterrupt leaves a run that goes on when this is called again.
    """
    around = Surroundings(store=desk.store, sites=tuple(sites), folder=desk.folder, watch=desk.watch, trace=desk.trace)
    cut = cut_run(desk.store, plan)
    if cut is None:
        return measure(plan, around)
    return resume(unfinished(desk.store, cut), None, around)


def cut_run(store: Store, plan: Plan) -> str | None:
    """The id of a run of this plan that was cut, if there is one."""
    for path in sorted(store.runs.glob(f"*/{NAME}"), reverse=True):
        run = path.parent.name
        with contextlib.suppress(HarnessError):
            if is_of(plan, beginning(unfinished(store, run)).plan):
                return run
    return None


def is_of(wanted: Plan, plan: Plan) -> bool:
    """Whether a plan is this one: of the same night, for the same purpose."""
    dates = [each.night.date if each.night else None for each in (wanted, plan)]
    return dates[0] == dates[1] and (wanted.seed, wanted.blames) == (plan.seed, plan.blames)
