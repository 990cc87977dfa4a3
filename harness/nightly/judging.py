"""The step that judges: what is other tonight, and since when, with the nights before at hand."""

from __future__ import annotations

import msgspec

from harness.judge.history import histories_of
from harness.judge.nights import Change, changes_tonight, lost_tests, rows_tonight
from harness.nightly.measuring import record_of
from harness.nightly.state import NightState, Step
from harness.nightly.tools import Tools
from harness.record.index import Index
from harness.record.results import Run
from harness.record.schema import Record, Verdict
from harness.record.series import series_of


def judge(state: NightState, tools: Tools) -> NightState:
    """Hold tonight against its newest anchor, and against the level of the nights before."""
    record = record_of(state, tools)
    index = Index(tools.store)
    runs = index.runs()
    cases = {case.of or case.id for case in record.cases} | {case for case, _ in lost_tests(record)}
    results = index.tracked(cases=sorted(cases))
    before = night_before(record, runs)
    last = tools.store.read(before) if before else None
    changes = changes_tonight(record, histories_of(series_of(runs, results)), last)
    lines = [described(change) for change in changes] or [_nothing_other(record)]
    return msgspec.structs.replace(state, changes=changes, before=before).having_said(Step.JUDGE, lines)


def night_before(record: Record, runs: dict[str, Run]) -> str | None:
    """The id of the last night's run before this one; of another day, if there is one."""
    night = record.plan.night
    earlier = [run for run in runs.values() if run.night and night and run.night != night.date and run.id < record.id]
    return earlier[-1].id if earlier else None


def described(change: Change) -> str:
    """A change in a few words."""
    ratio = "" if change.ratio is None else f" {change.ratio:.3g}"
    beside = ", ".join(filter(None, [change.detail, "as before; tonight can't tell" if change.undecided else ""]))
    return f"{change.case}, {change.variant}: {change.what}{ratio}{f', {beside}' if beside else ''}"


def _nothing_other(record: Record) -> str:
    rows = rows_tonight(record)
    open_ = sum(row.verdict in {Verdict.INCONCLUSIVE, Verdict.NOT_MEASURED} for row in rows)
    undecided = f"; {open_} of {len(rows)} could not be decided" if open_ else ""
    return f"nothing is shown to be other than at the anchor, or than before{undecided}"
