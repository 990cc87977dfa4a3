"""A run from its orders to its record, in one sitting or, after an interruption, in several."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from harness import __version__
from harness.conduct.changes import refuse_changes
from harness.conduct.clock import RunClock
from harness.conduct.conclude import conclude, variances_shown
from harness.conduct.drive import drive, holder
from harness.conduct.environments import bare, environments, fingerprint
from harness.conduct.events import AnyEvent, Resumed, RunBegan, RunEnded
from harness.conduct.find import Found, find
from harness.conduct.fold import beginning, plan_of
from harness.conduct.journal import Journal, new_journal, replay
from harness.conduct.launch import Watch
from harness.conduct.room import Room
from harness.conduct.site import Site
from harness.conduct.subject import Subject
from harness.environment import Guard
from harness.environment.locks.wheel_lock import read_text
from harness.failure import HarnessError
from harness.record import Store, new_id
from harness.record.schema import Plan, Record
from harness.record.store import JOURNAL


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a sitting works with: the store, the sites, and whom to tell.

    folder: where the user stands. sites: the first is the baseline that a run side by side holds the others against.
    """

    store: Store
    sites: tuple[Site, ...]
    folder: Path
    watch: Watch
    trace: Callable[[str], None]


def measure(plan: Plan, around: Surroundings) -> Record:
    """A new run. Raises HarnessError; KeyboardInterrupt leaves a run that can be resumed."""
    run = new_id()
    with _staff(plan, run, around) as staff:
        found = find(staff.subjects, plan, lambda what: around.watch(0.0, None, what))
        environment, *against = environments(around.sites, found.scans, plan)
        begun = RunBegan(
            run=run,
            harness_version=__version__,
            began=_now(),
            plan=plan,
            environment=bare(environment),
            fingerprint=fingerprint(environment),
            cases=found.cases,
            broken_files=found.broken_files,
            folder=str(around.folder),
            lock_text=_lock_text(around.sites[0]),
            against=against,
            against_locks=[text for site in around.sites[1:] if (text := _lock_text(site)) is not None],
            unpaired=found.unpaired,
        )
        new_journal(around.store.run_folder(run) / JOURNAL, begun)
        return _sit([begun], [], found, staff, around)


def resume(events: list[AnyEvent], budget_s: float | None, around: Surroundings) -> Record:
    """Go on with a run that was cut. budget_s: of the whole run, what was measured before included; None leaves it.

    Raises HarnessError, with what changed, if the environment, the code or the machine is not what it was.
    """
    begun = beginning(events)
    if begun.folder not in {"", str(around.folder)}:
        raise HarnessError(f"{begun.run}: this run began in {begun.folder}. Go there, and resume it from there.")
    with _staff(begun.plan, begun.run, around) as staff:
        found = find(staff.subjects, begun.plan, lambda what: around.watch(events[-1].at_s, None, what))
        refuse_changes(begun.fingerprint, begun.against, environments(around.sites, found.scans, begun.plan))
        resumed = Resumed(at_s=max(event.at_s for event in events), began=_now(), budget_s=budget_s)
        return _sit([*events, resumed], [resumed], found, staff, around)


def unfinished(store: Store, run: str | None) -> list[AnyEvent]:
    """The events of a run that can be resumed: the one whose id begins or ends so, or the latest.

    Raises HarnessError if there is none.
    """
    fitting = [name for name in store.unrecorded() if run is None or name.startswith(run) or name.endswith(run)]
    if not fitting:
        done = [name for name in store.ids() if run and (name.startswith(run) or name.endswith(run))]
        if done:
            raise HarnessError(f"{done[-1]}: this run is complete; see `harness show {done[-1]}`.")
        raise HarnessError(f"{store.runs}: there is no interrupted run{f' {run}' if run else ''} to go on with.")
    return _begun(store, fitting[-1])


def cut_runs(store: Store) -> Iterator[list[AnyEvent]]:
    """The events of each run that can be resumed, the newest first; those that can't are passed by."""
    for run in reversed(store.unrecorded()):
        try:
            events = _begun(store, run)
        except HarnessError:
            continue
        yield events


def _begun(store: Store, run: str) -> list[AnyEvent]:
    events = replay(store.runs / run / JOURNAL)
    if not events or not isinstance(events[0], RunBegan):
        raise HarnessError(f"{run}: this run was cut before it measured anything; start a new one.")
    return events


class _Staff(msgspec.Struct, frozen=True, kw_only=True):
    """Who starts the probes at each site, and the folders that they share."""

    subjects: list[Subject]
    room: Room


def _sit(events: list[AnyEvent], new: Sequence[AnyEvent], found: Found, staff: _Staff, around: Surroundings) -> Record:
    """new: those of the events that aren't in the journal yet."""
    begun = beginning(events)
    earlier, damaged = around.store.variances_of(begun.fingerprint.machine_digest)
    with contextlib.closing(Journal(around.store.run_folder(begun.run) / JOURNAL)) as journal:
        for event in new:
            journal.write(event)
        journal.sync()
        clock = RunClock(plan_of(events).budget_s, before_s=max(event.at_s for event in events))
        drive(events, journal, clock, holder(staff.subjects, found.scans), found.limits, around.watch, earlier)
        ended = RunEnded(at_s=clock.now_s(), ended=_now())
        journal.write(ended)
        journal.sync()
    remarks = [f"{each.path}: left out of the machine's noise: {each.why}" for each in damaged]
    record = conclude([*events, ended], staff.room.arrays, ended.ended, earlier, remarks)
    for lock_text in [*([begun.lock_text] if begun.lock_text is not None else []), *begun.against_locks]:
        around.store.keep_lock(lock_text)
    record = with_noise_kept(record, around.store)
    around.store.write(record)
    return record


def with_noise_kept(record: Record, store: Store) -> Record:
    """Later runs want to know this one's noise; that it can't be kept is no reason to lose a record."""
    shown = variances_shown(record)
    try:
        if shown is not None:
            store.keep_variances(shown)
    except HarnessError as fault:
        return msgspec.structs.replace(record, remarks=[*record.remarks, f"the noise of this run isn't kept: {fault}"])
    return record


@contextlib.contextmanager
def _staff(plan: Plan, run: str, around: Surroundings) -> Iterator[_Staff]:
    """The subjects of a run, with folders that go when its record is written."""
    folder = around.store.run_folder(run)
    # Each sitting has its own: the guard of one that was killed may still be about to remove its.
    scratch = Path(tempfile.gettempdir()) / f"harness-{run}-{secrets.token_hex(2)}"
    guard = Guard(scratch)
    try:
        room = Room(folder, scratch)
        subjects = [Subject(site, plan, guard=guard, room=room, trace=around.trace) for site in around.sites]
        yield _Staff(subjects=subjects, room=room)
    finally:
        guard.close()
        if not (folder / JOURNAL).exists():
            shutil.rmtree(folder, ignore_errors=True)
        _forget_finished(around.store)


def _forget_finished(store: Store) -> None:
    """Remove the folders of runs whose record is there; also of one that was killed before it could do so itself."""
    for room in store.runs.glob("*"):
        if store.has(room.name):
            shutil.rmtree(room, ignore_errors=True)


def _lock_text(site: Site) -> str | None:
    return read_text(site.realized.lock_path) if site.realized.lock_path else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
