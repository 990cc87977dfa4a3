"""A whole store looked at: every file read, its name and digest checked, and what it names looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePosixPath

from harness.failure import HarnessError
from harness.record.document import from_bytes
from harness.record.places import Where
from harness.record.results import locks_of
from harness.record.schema import Record, Value
from harness.record.store import SUFFIX, Store

# Clocks of two machines differ by less, and a run's id is made in the moment in which it begins.
_PATIENCE = timedelta(minutes=10)
_ID_MOMENT = "%Y%m%dT%H%M%S%z"


class Finding(Value, frozen=True, kw_only=True):
    """Something about a file. grave: it is damaged, or something that it needs is not there."""

    path: str
    what: str
    grave: bool


class Checked(Value, frozen=True, kw_only=True):
    """How much was looked at, and what was found."""

    records: int
    locks: int
    anchors: int
    variances: int
    findings: list[Finding]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is damaged or missing."""
        return not any(finding.grave for finding in self.findings)


def check(store: Store, now: datetime) -> Checked:
    """Look at all files of a store. Raises HarnessError if it can't be read at all."""
    files = {folder: _names(store, folder) for folder in ("records", "locks", "anchors")}
    machines = [f"variances/{machine}" for machine in store.place.folders("variances")]
    files["variances"] = [name for folder in machines for name in _names(store, folder)]
    findings: list[Finding] = []
    for names in files.values():
        findings += _left_behind(store, names)
    whole = {folder: [name for name in names if not _is_hidden(name)] for folder, names in files.items()}
    locks = {PurePosixPath(name).stem for name in whole["locks"] if name.endswith(".txt")}
    records = [name for name in whole["records"] if name.endswith(SUFFIX)]
    anchors = {PurePosixPath(name).stem for name in whole["anchors"]}
    for name, content in store.contents(records):
        findings += _record(store.place.where(name), PurePosixPath(name).stem, content, locks, anchors, now)
    for name in whole["locks"]:
        findings += _fault(store.place.where(name), partial(store.lock, PurePosixPath(name).stem))
    findings += _anchors(store, locks)
    for machine in machines:
        _, damaged = store.variances_of("sha256:" + machine.rpartition("/")[2])
        findings += [Finding(path=str(each.path), what=each.why, grave=True) for each in damaged]
    findings += [
        Finding(path=str(store.folder / name), what="waits here to be sent: `harness store push`.", grave=False)
        for name in store.waiting()
    ]
    return Checked(
        records=len(records),
        locks=len(whole["locks"]),
        anchors=len(whole["anchors"]),
        variances=len(whole["variances"]),
        findings=findings,
    )


def _names(store: Store, folder: str) -> list[str]:
    try:
        return [f"{folder}/{entry.name}" for entry in store.place.files(folder)]
    except OSError as fault:
        raise HarnessError(f"the store {store.shown} cannot be read: {fault.strerror}.") from fault


def _is_hidden(name: str) -> bool:
    return PurePosixPath(name).name.startswith(".")


def _left_behind(store: Store, names: list[str]) -> Iterator[Finding]:
    for name in names:
        if _is_hidden(name):
            what = "left behind by a writer that was cut; nobody reads it, and it can be deleted."
            yield Finding(path=str(store.place.where(name)), what=what, grave=False)


def _record(
    path: Where, run: str, content: Callable[[], bytes], locks: set[str], anchors: set[str], now: datetime
) -> Iterator[Finding]:
    try:
        record = from_bytes(content(), str(path))
    except HarnessError as fault:
        yield _grave(path, fault)
        return
    if record.id != run:
        yield Finding(path=str(path), what=f"damaged: it says that it is {record.id}.", grave=True)
    for digest in sorted(locks_of(record) - locks):
        yield Finding(path=str(path), what=f"the lock {digest} that it names is not in the store.", grave=True)
    for number in record.plan.night.anchors if record.plan.night else []:
        if f"{number:04}" not in anchors:
            yield Finding(path=str(path), what=f"the anchor {number} that it names is not in the store.", grave=True)
    yield from (Finding(path=str(path), what=what, grave=False) for what in _clock(record, now))


def _clock(record: Record, now: datetime) -> Iterator[str]:
    """What its moments say of the clock that they were read from."""
    try:
        began, ended = datetime.fromisoformat(record.began), datetime.fromisoformat(record.ended)
        if began > now + _PATIENCE:
            yield f"it began in the future, at {record.began}: the clock of its machine, or of this one, is wrong."
        if ended < began:
            yield f"it ended at {record.ended}, before it began at {record.began}: the clock was set back meanwhile."
        named = datetime.strptime(record.id.partition("-")[0].replace("Z", "+0000"), _ID_MOMENT)
        if abs(named - began) > _PATIENCE and record.imported is None:
            yield f"its id says that it began at {named:%Y-%m-%d %H:%M} UTC, and it says {record.began}."
    except (ValueError, TypeError):
        return  # an id may be any name, and a moment without a time zone can't be compared


def _anchors(store: Store, locks: set[str]) -> Iterator[Finding]:
    anchors, damaged = store.whole_anchors()
    yield from (Finding(path=str(each.path), what=each.why, grave=True) for each in damaged)
    for anchor in anchors:
        if anchor.lock_digest not in locks:
            what = f"the lock {anchor.lock_digest} of anchor {anchor.number} is not in the store."
            yield Finding(path=str(store.place.where(f"anchors/{anchor.number:04}{SUFFIX}")), what=what, grave=True)


def _fault(path: Where, look: Callable[[], object]) -> Iterator[Finding]:
    try:
        look()
    except HarnessError as fault:
        yield _grave(path, fault)
    except UnicodeDecodeError as fault:
        yield Finding(path=str(path), what=f"damaged: {fault}.", grave=True)


def _grave(path: Where, fault: HarnessError) -> Finding:
    where, _, rest = str(fault).partition(": ")
    return Finding(path=where if rest else str(path), what=rest or str(fault), grave=True)
