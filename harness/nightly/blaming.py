"""The step that blames: code or packages? Where both moved, all four of them are measured in lockstep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from harness.conduct import Site, SiteFault
from harness.conduct.checkout import checkout
from harness.failure import HarnessError
from harness.judge.nights import Cell, Change, Culprit, What, blamed
from harness.nightly.anchors import SHORT, described
from harness.nightly.measuring import record_of
from harness.nightly.runs import measured, plan_of_night, recorded
from harness.nightly.sites import Spot, site_of, with_lock
from harness.nightly.state import NightState, Step
from harness.nightly.tools import Tools
from harness.record.index import Index
from harness.record.results import Run
from harness.record.schema import Anchor, Case, Plan, Record
from harness.report.nightly import Blame, Side

# With fewer cells than three, no effect can be told apart from the other.
_FEWEST_CELLS = 3
# What is exact is known from one launch, and the second one says whether it is the same each time.
_OF_EXACT = 2


def blame(state: NightState, tools: Tools) -> NightState:
    """Find out whose the differences are that are new tonight. A fault in that is told, and the night goes on."""
    # What is gone is gone from the code: there is nothing to measure.
    fresh = [change for change in state.changes if change.new and change.what is not What.GONE]
    if not fresh:
        line = "nothing new to take apart" if state.changes else "nothing to take apart"
        return msgspec.structs.replace(state, blame=None).having_said(Step.BLAME, [line])
    record = record_of(state, tools)
    found = _blame(fresh, record, state, tools)
    return msgspec.structs.replace(state, blame=found).having_said(Step.BLAME, [_said(found)])


def named(change: Change) -> str:
    """The test that changed, as it is called everywhere."""
    return f"{change.case}, {change.variant}"


def _blame(fresh: Sequence[Change], record: Record, state: NightState, tools: Tools) -> Blame:
    index = Index(tools.store)
    fine = fresh[0].fine
    before = index.runs().get(fine) if fine else None
    anchor = _newest(state, tools)
    old = _night_side(before) if before is not None else _anchor_side(anchor, record)
    python = record.environments[-1].python
    new = Side(name=f"the night of {state.date}", commit=state.commit, lock=state.lock, python=python)
    since = {named(change) for change in fresh if change.fine == fine}
    # A test that gives another answer may be slower, too, by nights that tell less of its time.
    together = [change for change in fresh if named(change) in since]
    found = Blame(
        old=old,
        new=new,
        about=list(dict.fromkeys(named(change) for change in together)),
        others=list(dict.fromkeys(named(change) for change in fresh if named(change) not in since)),
    )
    software = before.software_digest if before is not None else _anchor_software(record)
    culprit = _known(
        old, new, index.distributions(software), index.distributions(record.environments[-1].software_digest)
    )
    if culprit is not None:
        return msgspec.structs.replace(found, culprit=culprit)
    tests = {(change.case, change.variant) for change in together}
    cases = [case for case in record.cases if (case.of, case.variant) in tests]
    launches = _OF_EXACT if all(change.ratio is None for change in together) else None
    return _taken_apart(found, cases, launches, state, tools)


def _known(old: Side, new: Side, before: Mapping[str, str], now: Mapping[str, str]) -> Culprit | None:
    """Whose it is where not both moved. before, now: what was installed; empty where nobody knows."""
    code = old.commit != new.commit
    packages = old.lock != new.lock and not (before and before == now)
    if code and packages:
        return None
    if not code and not packages:
        return Culprit.NEITHER
    return Culprit.CODE if code else Culprit.PACKAGES


def _taken_apart(found: Blame, cases: Sequence[Case], launches: int | None, state: NightState, tools: Tools) -> Blame:
    """Measure the 2 x 2; a cell that can't be had, or that runs no suite, is left out and told."""
    sites, missing = _sites(found, state, tools)
    plan = msgspec.structs.replace(_plan(cases, state, tools), launches=launches)
    while len(sites) >= _FEWEST_CELLS:
        try:
            record = recorded(plan, tools.store) or measured(plan, list(sites.values()), tools.desk)
        except SiteFault as fault:
            cell = next(cell for cell, site in sites.items() if site is fault.site)
            missing[cell] = fault.why
            del sites[cell]
            continue
        except HarnessError as fault:
            return msgspec.structs.replace(found, missing=missing, failed=str(fault))
        return _judged(found, record, {cell: site.address for cell, site in sites.items()}, missing)
    return msgspec.structs.replace(found, missing=missing, failed="too few of the four could be had")


def _judged(found: Blame, record: Record, cells: Mapping[Cell, str], missing: Mapping[Cell, str]) -> Blame:
    tests = [blamed(case, cells, missing, record.plan.margin) for case in record.cases]
    return msgspec.structs.replace(found, run=record.id, tests=tests, missing=dict(missing))


def _sites(found: Blame, state: NightState, tools: Tools) -> tuple[dict[Cell, Site], dict[Cell, str]]:
    """The four, made before anything is measured, as far as they can be."""
    ends = {
        Cell.NEITHER: (found.old, found.old),
        Cell.CODE: (found.new, found.old),
        Cell.PACKAGES: (found.old, found.new),
        Cell.BOTH: (found.new, found.new),
    }
    sites: dict[Cell, Site] = {}
    missing: dict[Cell, str] = {}
    for cell, (code, packages) in ends.items():
        address = state.asked.address
        try:
            lock = tools.store.lock(packages.lock)
            spot = Spot(address=address, lock=lock, commit=code.commit, revision=code.commit[:SHORT])
            name = with_lock(address, packages.lock, spot.revision)
            sites[cell] = site_of(spot, name, tools.shop(tools.mirror if packages is found.old else None))
        except HarnessError as fault:
            missing[cell] = str(fault)
    return sites, missing


def _plan(cases: Sequence[Case], state: NightState, tools: Tools) -> Plan:
    """The tests that changed, and nothing else; this run is held to no policy."""
    plan = plan_of_night(state.asked, state.seed, tools.folder)
    folder = checkout(tools.folder, state.commit).folder
    paths = [path for case in cases if (path := _path(case, plan, folder)) is not None]
    policy = msgspec.structs.replace(plan.policy, fail=[], fail_against=[])
    whole = len(paths) < len(cases) or not paths
    return msgspec.structs.replace(
        plan, paths=plan.paths if whole else list(dict.fromkeys(paths)), policy=policy, blames=state.run
    )


def _path(case: Case, plan: Plan, folder: Path) -> str | None:
    """A test as pytest wants it named in a folder; None where its file can't be told.

    pytest's own name of a file begins at its root folder, which may lie above the user's folder, or below it.
    """
    file, colons, test = case.variants[0].nodeid.partition("::")
    given = [Path(path.partition("::")[0]) for path in plan.paths]
    places = [Path(file), Path(file.removeprefix(f"{plan.folder}/"))]
    places += [above / file for path in given for above in (path, *path.parents)]
    found = next((place for place in places if (folder / place).is_file()), None)
    return None if found is None else f"{found}{colons}{test}"


def _newest(state: NightState, tools: Tools) -> Anchor:
    return next(anchor for anchor in tools.store.anchors() if anchor.number == state.anchors[-1])


def _night_side(run: Run) -> Side:
    return Side(
        name=f"the night of {run.night}", commit=run.commit or "", lock=run.lock_digest or "", python=run.python
    )


def _anchor_side(anchor: Anchor, record: Record) -> Side:
    python = record.environments[-2].python
    return Side(name=described(anchor), commit=anchor.commit, lock=anchor.lock_digest, python=python)


def _anchor_software(record: Record) -> str:
    """The software digest of the newest anchor: the last environment but today's."""
    anchor = record.environments[-2]
    return anchor.software_digest or record.fingerprint.software_digest


def _said(found: Blame) -> str:
    if found.culprit is not None:
        python = f", but Python did: {' -> '.join(found.other_python)}" if found.other_python else ""
        return f"{_moved_alone(found.culprit)} since {found.old.name}{python}"
    if found.failed:
        return f"could not be taken apart: {found.failed}"
    told = (f"{test.case}, {test.variant}: {', '.join(test.culprits)}" for test in found.tests)
    return f"{'; '.join(told)} (record {found.run})"


def _moved_alone(culprit: Culprit) -> str:
    words = {Culprit.CODE: "the code alone moved", Culprit.PACKAGES: "packages alone moved"}
    return words.get(culprit, "neither code nor packages moved")
