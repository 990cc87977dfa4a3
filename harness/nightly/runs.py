"""The runs of a night: one against anchors, one to blame. Each is found again by its seed, cut or recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from harness.conduct import Site, Surroundings, cut_runs, measure, resume
from harness.conduct.events import AnyEvent
from harness.conduct.fold import beginning
from harness.conduct.launch import Watch
from harness.conduct.policy_file import policy_of
from harness.machine.code import place_in_repository
from harness.nightly.state import Asked
from harness.record import Store
from harness.record.index import Index
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
    return measure(plan, around) if cut is None else resume(cut, None, around)


def recorded(plan: Plan, store: Store) -> Record | None:
    """The record of a plan that was measured to its end, though whoever measured it may not have come to say so."""
    date = plan.night.date if plan.night else None
    for run in reversed(list(Index(store).runs().values())):
        # What takes a night apart comes after it.
        if run.night == date and run.id > (plan.blames or ""):
            record = store.read(run.id)
            if is_of(plan, record.plan):
                return record
    return None


def cut_run(store: Store, plan: Plan) -> list[AnyEvent] | None:
    """The events of a run of this plan that was cut, if there is one."""
    return next((events for events in cut_runs(store) if is_of(plan, beginning(events).plan)), None)


def is_cut(store: Store, date: str, seed: int) -> bool:
    """Whether a run of a night was begun, and can go on."""
    plans = (beginning(events).plan for events in cut_runs(store))
    return any(plan.night is not None and (plan.night.date, plan.seed) == (date, seed) for plan in plans)


def is_of(wanted: Plan, plan: Plan) -> bool:
    """Whether a plan is this one: of the same night, for the same purpose."""
    dates = [each.night.date if each.night else None for each in (wanted, plan)]
    return dates[0] == dates[1] and (wanted.seed, wanted.blames) == (plan.seed, plan.blames)
