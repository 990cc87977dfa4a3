"""The step that measures: anchors against today in lockstep; and the one that reads its record back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import msgspec

from harness.conduct import Site, SiteFault
from harness.conduct.fold import beginning
from harness.failure import HarnessError
from harness.judge.nights import rows_tonight
from harness.machine.identity import machine
from harness.nightly.anchors import described
from harness.nightly.choice import anchors_tonight
from harness.nightly.runs import cut_run, measured, plan_of_night, recorded
from harness.nightly.sites import Spot, called, site_of
from harness.nightly.state import NightState, Step
from harness.nightly.tools import Tools
from harness.record.index import Index
from harness.record.schema import Anchor, Night, Plan, Record, Verdict

TODAY = "HEAD"


class NothingMeasured(HarnessError):
    """A night that measured nothing is never green."""

    exit_code = 3


def measure_night(state: NightState, tools: Tools) -> NightState:
    """Measure the anchors against today's code and packages, in lockstep; environments are made before.

    Raises NothingMeasured with the reason; KeyboardInterrupt leaves a run that goes on.
    """
    plan = _plan(state, tools)
    known = recorded(plan, tools.store)
    try:
        record, left_out = (known, []) if known else _measured(plan, state, tools)
    except HarnessError as fault:
        raise NothingMeasured(f"tonight nothing was measured: {fault}") from fault
    done = "measured before" if known else "measured"
    anchors = record.plan.night.anchors if record.plan.night else []
    names = [anchor.tag for anchor in tools.store.anchors() if anchor.number in anchors]
    rows = rows_tonight(record)
    told = sum(row.verdict is not Verdict.NOT_MEASURED for row in rows)
    count = f"{told} of {len(rows)}" if told < len(rows) else f"{len(rows)}"
    lines = [f"{done}: {count} tests against {' and '.join(names)}, in {record.measured_s:.0f} s", *left_out]
    return msgspec.structs.replace(state, anchors=anchors, run=record.id).having_said(Step.MEASURE, lines)


def read_back(state: NightState, tools: Tools) -> NightState:
    """See that the record and its locks are in the store, sent there if they waited on this machine.

    Raises HarnessError if the store refuses them, or they can't be read there.
    """
    sent = tools.store.push()
    record = record_of(state, tools)
    for environment in record.environments:
        if environment.lock_digest is not None:
            tools.store.lock(environment.lock_digest)
    lines = [f"{record.id} is in the store, with its locks"]
    lines += [f"{len(sent)} files that waited on this machine were sent"] if sent else []
    lines += [f"not measured: {each}" for each in record.missing]
    return state.having_said(Step.RECORD, lines)


def record_of(state: NightState, tools: Tools) -> Record:
    """The record of a night that was measured. Raises HarnessError."""
    if state.run is None:
        raise HarnessError(f"the night of {state.date} was not measured yet: run the same command with --from measure")
    return tools.store.read(state.run)


def _plan(state: NightState, tools: Tools) -> Plan:
    """A run that was cut has chosen its anchors: there may be another one by now."""
    night = Night(date=state.date, anchors=[], unsolved=state.unsolved)
    plan = msgspec.structs.replace(plan_of_night(state.asked, state.seed, tools.folder), night=night)
    cut = cut_run(tools.store, plan)
    if cut is not None:
        return beginning(cut).plan
    night = msgspec.structs.replace(night, anchors=state.anchors or _chosen(state, tools))
    return msgspec.structs.replace(plan, night=night)


def _chosen(state: NightState, tools: Tools) -> list[int]:
    return anchors_tonight(
        [anchor.number for anchor in tools.store.anchors()],
        Index(tools.store).runs().values(),
        state.date,
        cpu_model=str(machine().get("cpu_model") or "unknown"),
        scale=state.asked.scale,
    )


def _measured(plan: Plan, state: NightState, tools: Tools) -> tuple[Record, list[str]]:
    """The record, and which older anchors had to be left out, in words: a night needs the newest one alone."""
    assert plan.night is not None
    anchors = [anchor for anchor in tools.store.anchors() if anchor.number in plan.night.anchors]
    left_out: list[str] = []
    while True:
        numbers = [anchor.number for anchor in anchors]
        planned = msgspec.structs.replace(plan, night=msgspec.structs.replace(plan.night, anchors=numbers))
        try:
            record = _beside(anchors, planned, state, tools)
            break
        except _AnchorLost as lost:
            left_out.append(f"{described(lost.anchor)} could not be measured, and was left out: {lost}")
            anchors.remove(lost.anchor)
    if all(
        row.verdict in {Verdict.BASELINE, Verdict.NOT_MEASURED} for case in record.judgements for row in case.variants
    ):
        tools.say("nothing could be compared tonight")
    return record, left_out


class _AnchorLost(HarnessError):
    """An anchor that isn't the newest one can't be had any more, or doesn't run."""

    def __init__(self, anchor: Anchor, why: str) -> None:
        super().__init__(why)
        self.anchor = anchor


def _beside(anchors: Sequence[Anchor], plan: Plan, state: NightState, tools: Tools) -> Record:
    """These anchors and today beside each other. Raises _AnchorLost, and HarnessError for the newest and for today."""
    today = Spot(address=state.asked.address, lock=tools.store.lock(state.lock), commit=state.commit, revision=TODAY)
    spots, sites = [], []
    for anchor in anchors:
        with _losing(anchor, anchors):
            spots.append(_spot(anchor, tools))
    names = called([*spots, today], [*(anchor.lock_digest for anchor in anchors), state.lock])
    for anchor, spot, name in zip(anchors, spots, names, strict=False):
        with _losing(anchor, anchors):
            sites.append(site_of(spot, name, tools.shop(tools.mirror)))
    sites.append(site_of(today, names[-1], tools.shop()))
    with _losing_unfit(anchors, sites):
        return measured(plan, sites, tools.desk)


@contextlib.contextmanager
def _losing(anchor: Anchor, anchors: Sequence[Anchor]) -> Iterator[None]:
    try:
        yield
    except HarnessError as fault:
        if anchor is anchors[-1]:
            raise
        raise _AnchorLost(anchor, str(fault)) from fault


@contextlib.contextmanager
def _losing_unfit(anchors: Sequence[Anchor], sites: Sequence[Site]) -> Iterator[None]:
    """sites: those of the anchors, and today's, whose fault ends the night."""
    try:
        yield
    except SiteFault as fault:
        unfit = [anchor for anchor, site in zip(anchors, sites, strict=False) if site is fault.site]
        if not unfit:
            raise
        with _losing(unfit[0], anchors):
            raise


def _spot(anchor: Anchor, tools: Tools) -> Spot:
    lock = tools.store.lock(anchor.lock_digest)
    return Spot(address=anchor.address, lock=lock, commit=anchor.commit, revision=anchor.tag)
