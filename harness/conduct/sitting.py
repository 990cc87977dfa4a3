"""A run from its orders to its record, in one sitting or, after an interruption, in several."""

from __future__ import annotations

import contextlib
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from harness import __version__
from harness.conduct.cases import Suite, suite
from harness.conduct.clock import RunClock
from harness.conduct.conclude import conclude
from harness.conduct.drive import drive, hold_item
from harness.conduct.events import AnyEvent, Resumed, RunBegan, RunEnded
from harness.conduct.fold import beginning, plan_of
from harness.conduct.journal import NAME, Journal, replay
from harness.conduct.launch import Watch
from harness.conduct.scan import Scanned, scan
from harness.conduct.subject import Subject
from harness.environment import Guard, Realized, verify
from harness.environment.locks.wheel_lock import read_text
from harness.failure import HarnessError
from harness.machine.code import code
from harness.machine.digest import digest
from harness.machine.identity import machine
from harness.machine.state import state
from harness.record import Store, new_id
from harness.record.schema import EnvironmentRecord, Fingerprint, Plan, Record

_MOST_CHANGES = 8
_SHORT = 24


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a sitting works with: the store, the realized environment, and whom to tell.

    folder: where the user stands; paths of suites are relative to it.
    """

    store: Store
    realized: Realized
    folder: Path
    watch: Watch
    trace: Callable[[str], None]


def measure(plan: Plan, around: Surroundings) -> Record:
    """A new run. Raises HarnessError; KeyboardInterrupt leaves a run that can be resumed."""
    run = new_id()
    with _subject(plan, run, around) as subject:
        around.watch(0.0, None, "collecting the suite")
        scanned = scan(subject, plan.paths, plan.keyword)
        found = suite(scanned.items)
        begun = RunBegan(
            run=run,
            harness_version=__version__,
            began=_now(),
            plan=plan,
            environment=_environment(around.realized, scanned),
            fingerprint=_fingerprint(scanned, plan, around),
            cases=found.cases,
            broken_files=scanned.broken,
            folder=str(around.folder),
            lock_text=read_text(around.realized.lock_path) if around.realized.lock_path else None,
        )
        return _sit([begun], [begun], found, scanned, subject, around)


def resume(events: list[AnyEvent], budget_s: float | None, around: Surroundings) -> Record:
    """Go on with a run that was cut. budget_s: of the whole run, what was measured before included; None leaves it.

    Raises HarnessError, with what changed, if the environment, the code or the machine is not what it was.
    """
    begun = beginning(events)
    if begun.folder not in {"", str(around.folder)}:
        raise HarnessError(f"{begun.run}: this run began in {begun.folder}. Go there, and resume it from there.")
    with _subject(begun.plan, begun.run, around) as subject:
        around.watch(events[-1].at_s, None, "collecting the suite")
        scanned = scan(subject, begun.plan.paths, begun.plan.keyword)
        _refuse_changes(begun.fingerprint, _fingerprint(scanned, begun.plan, around))
        resumed = Resumed(at_s=max(event.at_s for event in events), began=_now(), budget_s=budget_s)
        return _sit([*events, resumed], [resumed], suite(scanned.items), scanned, subject, around)


def unfinished(store: Store, run: str | None) -> list[AnyEvent]:
    """The events of a run that can be resumed: the one whose id begins or ends so, or the latest.

    Raises HarnessError if there is none.
    """
    kept = (path.parent.name for path in store.runs.glob(f"*/{NAME}"))
    runs = sorted(name for name in kept if not store.path_of(name).exists())
    fitting = [name for name in runs if run is None or name.startswith(run) or name.endswith(run)]
    if not fitting:
        done = [name for name in store.ids() if run and (name.startswith(run) or name.endswith(run))]
        if done:
            raise HarnessError(f"{done[-1]}: this run is complete; see `harness show {done[-1]}`.")
        raise HarnessError(f"{store.runs}: there is no interrupted run{f' {run}' if run else ''} to go on with.")
    events = replay(store.runs / fitting[-1] / NAME)
    if not events or not isinstance(events[0], RunBegan):
        raise HarnessError(f"{fitting[-1]}: this run was cut before it measured anything; start a new one.")
    return events


def _sit(
    events: list[AnyEvent],
    new: Sequence[AnyEvent],
    found: Suite,
    scanned: Scanned,
    subject: Subject,
    around: Surroundings,
) -> Record:
    begun = beginning(events)
    with contextlib.closing(Journal(around.store.run_folder(begun.run) / NAME)) as journal:
        for event in new:
            journal.write(event)
        journal.sync()
        clock = RunClock(plan_of(events).budget_s, before_s=max(event.at_s for event in events))
        hold = functools.partial(hold_item, subject, found, scanned.rootdir)
        drive(events, journal, clock, hold, found.limits, around.watch)
        ended = RunEnded(at_s=clock.now_s(), ended=_now())
        journal.write(ended)
        journal.sync()
    record = conclude([*events, ended], subject.arrays, ended.ended)
    for lock_text in [*([begun.lock_text] if begun.lock_text is not None else []), *begun.against_locks]:
        around.store.keep_lock(lock_text)
    around.store.write(record)
    return record


@contextlib.contextmanager
def _subject(plan: Plan, run: str, around: Surroundings) -> Iterator[Subject]:
    """The subject of a run, with folders that go when its record is written."""
    room = around.store.run_folder(run)
    scratch = Path(tempfile.gettempdir()) / f"harness-{run}"
    guard = Guard(scratch)
    try:
        yield Subject(
            around.realized, plan, guard=guard, folder=around.folder, room=room, scratch=scratch, trace=around.trace
        )
    finally:
        guard.close()
        if not (room / NAME).exists():
            shutil.rmtree(room, ignore_errors=True)
        _forget_finished(around.store)


def _forget_finished(store: Store) -> None:
    """Remove the folders of runs whose record is there; also of one that was killed before it could do so itself."""
    for room in store.runs.glob("*"):
        if store.path_of(room.name).exists():
            shutil.rmtree(room, ignore_errors=True)


def _environment(realized: Realized, scanned: Scanned) -> EnvironmentRecord:
    return EnvironmentRecord(
        address=realized.address,
        kind=str(realized.kind),
        python=scanned.software["python"]["version"],
        lock_digest=realized.lock_digest,
        verification=verify(realized),
    )


def _fingerprint(scanned: Scanned, plan: Plan, around: Surroundings) -> Fingerprint:
    machine_fields = machine()
    software = {**scanned.software, "lock": around.realized.lock_digest}
    code_fields = {**code(plan.paths, around.folder), "scale": plan.scale}
    return Fingerprint(
        machine=machine_fields,
        machine_digest=digest(machine_fields),
        software=software,
        software_digest=digest(software),
        code=code_fields,
        code_digest=digest(code_fields),
        state=state(),
    )


def _refuse_changes(before: Fingerprint, now: Fingerprint) -> None:
    changes = [
        f"{part}: {', '.join(_changed(getattr(before, part), getattr(now, part)))}"
        for part in ("machine", "software", "code")
        if getattr(before, f"{part}_digest") != getattr(now, f"{part}_digest")
    ]
    if changes:
        raise HarnessError(
            "this run can't go on, because it would mix what is not the same any more. Changed since it began:\n  "
            + "\n  ".join(changes)
            + "\nStart a new run, or put things back as they were."
        )


def _changed(before: Mapping[str, Any], now: Mapping[str, Any], within: str = "") -> list[str]:
    """What differs, by the innermost name that tells it, and how."""
    changes: list[str] = []
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            changes += _changed(old, new, f"{within}{name} ")
            continue
        changes.append(f"{within}{name} ({_short(old)}, now {_short(new)})")
    return changes if within or len(changes) <= _MOST_CHANGES else [*changes[:_MOST_CHANGES], "and more"]


def _short(value: Any) -> str:
    if isinstance(value, Mapping) and "version" in value:
        value = value["version"]
    text = "none" if value is None else str(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}..."


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
