"""The place that holds records, each lock once, anchors and noise; and the journals of runs in progress."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import msgspec

from harness.failure import HarnessError
from harness.record.document import from_bytes, to_bytes
from harness.record.identity import resolve
from harness.record.places import Entry, Where, place_at
from harness.record.schema import Anchor, Record
from harness.record.spool import Spool
from harness.record.summary import Damaged, Summary, summarize
from harness.record.variances import RunVariances
from harness.record.variances import from_bytes as variances_from
from harness.record.variances import to_bytes as variances_to
from harness.whole_file import FULL

SUFFIX = ".json"
JOURNAL = "journal.jsonl"
_LOCK_SUFFIX = ".txt"
RECENT_RUNS = 200
_AHEAD = 32
_RESTORE = "Restore it from a copy of the store; `harness store check` names all that is damaged."


class Store:
    """A place of records: `records/ID.json`, `locks/SHA256.txt`, `variances/MACHINE/ID.json`, `anchors/NUMBER.json`,
    and on this machine `runs/ID/`.

    address: a folder, or any address that fsspec knows, such as s3://bucket/path or sftp://host/path. Nothing is made
    before something is written. A record is visible whole or not at all, and never changed afterwards; a file that its
    writer left behind is hidden (it begins with a dot) and not looked at. What belongs into a store on another machine
    is kept in a folder of this one until it has arrived.
    """

    def __init__(self, address: str | os.PathLike[str]) -> None:
        self.place = place_at(os.fspath(address))
        self.spool = None if self.place.local is not None else Spool(self.place)
        self.folder = self.place.local or Path(self._spooled().folder.path)
        self.records = self.folder / "records"
        self.locks = self.folder / "locks"
        self.variances = self.folder / "variances"
        self.anchored = self.folder / "anchors"
        self.runs = self.folder / "runs"

    @property
    def address(self) -> str:
        """Where it lies, the same from everywhere on this machine."""
        return self.place.address

    @property
    def shown(self) -> str:
        """Where it lies, as the user gave it."""
        return self.place.shown

    def is_there(self) -> bool:
        """Whether anything has been made there, or waits for being sent there. Raises HarnessError."""
        try:
            return bool(self.waiting()) or self.place.is_there()
        except OSError as fault:
            raise HarnessError(f"the store {self.shown} cannot be read: {fault.strerror}.") from fault

    def path_of(self, run: str) -> Where:
        """Where the record of this id lies, or would lie."""
        return self.place.where(_record(run))

    def has(self, run: str) -> bool:
        """Whether the record of this id is there, or waits for being sent there."""
        if self.spool is not None and self.spool.folder.exists(_record(run)):
            return True
        return self.place.exists(_record(run))

    def unrecorded(self) -> list[str]:
        """The ids of runs that have a journal on this machine and no record, oldest first."""
        runs = {path.parent.name for path in self.runs.glob(f"*/{JOURNAL}")}
        if not runs:
            return []
        waiting = {PurePosixPath(name).stem for name in self.waiting()}
        return sorted(runs - waiting - set(self.ids()))

    def run_folder(self, run: str) -> Path:
        """The folder of a run in progress, made if it isn't there."""
        folder = self.runs / run
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise self._unwritable(fault) from fault
        return folder

    def write(self, record: Record) -> Where:
        """Adds a record; when this returns, it outlives a power cut.

        Raises HarnessError if a record of this id is there, or if the store can't be written; where it lies on another
        machine, the record is kept on this one, and the message says where.
        """
        if not record.id or record.id.startswith(".") or Path(record.id).name != record.id:
            raise HarnessError(f"'{record.id}' cannot be the id of a record: it has to be a plain file name.")
        self._add(_record(record.id), to_bytes(record))
        return self.path_of(record.id)

    def keep_lock(self, text: str) -> str:
        """Keeps a lock's text once, and returns its SHA-256."""
        raw = text.encode()
        digest = hashlib.sha256(raw).hexdigest()
        name = f"locks/{digest}.txt"
        if not self._holds(name, raw):
            self._keep(name, raw)
        return digest

    def lock(self, digest: str) -> str:
        """The text of a lock that a record names."""
        name = f"locks/{digest}.txt"
        raw = self._read(name, f"no lock {digest} in {self.shown}")
        if hashlib.sha256(raw).hexdigest() != digest:
            raise HarnessError(f"{self.place.where(name)}: damaged: its content is not what its name says (SHA-256).")
        return raw.decode()

    def lock_digests(self) -> list[str]:
        """The digests of all locks, those included that wait for being sent there. Raises HarnessError."""
        waiting = self.spool.folder.files("locks") if self.spool is not None else []
        try:
            seen = [*self.place.files("locks"), *waiting]
        except OSError as fault:
            raise HarnessError(f"the store {self.shown} cannot be read: {fault.strerror}.") from fault
        return sorted({entry.name.removesuffix(_LOCK_SUFFIX) for entry in seen if _is_visible(entry, _LOCK_SUFFIX)})

    def keep_anchor(self, anchor: Anchor) -> Where:
        """Keeps an anchor for good. Raises HarnessError if its number is taken, or the store can't be written."""
        name = f"anchors/{anchor.number:04}{SUFFIX}"
        self._add(name, msgspec.json.encode(anchor) + b"\n")
        return self.place.where(name)

    def anchors(self) -> list[Anchor]:
        """All anchors, the first one first. Raises HarnessError for a file that is none."""
        return [self._anchor(name) for name in self._anchor_names()]

    def whole_anchors(self) -> tuple[list[Anchor], list[Damaged]]:
        """The anchors that can be read, the first one first, and the files that are none, with the reason."""
        whole: list[Anchor] = []
        damaged: list[Damaged] = []
        for name in self._anchor_names():
            path = self.place.where(name)
            try:
                whole.append(self._anchor(name))
            except HarnessError as fault:
                damaged.append(Damaged(path=path, why=str(fault).removeprefix(f"{path}: ")))
        return whole, damaged

    def keep_variances(self, seen: RunVariances) -> Where:
        """Keeps what a run showed of its machine's noise. Raises HarnessError if the store can't be written."""
        name = f"{_variances_of(seen.machine_digest)}/{seen.run}{SUFFIX}"
        self._keep(name, variances_to(seen))
        return self.place.where(name)

    def variances_of(self, machine_digest: str) -> tuple[list[RunVariances], list[Damaged]]:
        """What the last runs on a machine showed of its noise, oldest first, and files that are damaged.

        A store of earlier versions has none. No more than the newest 200 are looked at.
        """
        seen: list[RunVariances] = []
        damaged: list[Damaged] = []
        folder = _variances_of(machine_digest)
        names = [f"{folder}/{entry.name}" for entry in self._visible(folder)[-RECENT_RUNS:]]
        for name, content in self.contents(names):
            path = self.place.where(name)
            try:
                seen.append(_variances(content(), str(path), Path(name).stem, machine_digest))
            except HarnessError as fault:
                damaged.append(Damaged(path=path, why=str(fault).removeprefix(f"{path}: ")))
        return seen, damaged

    def read(self, name: str | os.PathLike[str]) -> Record:
        """The record of an id, of a unique beginning or end of one, or in a file."""
        given = Path(name)
        if isinstance(name, os.PathLike) or given.suffix == SUFFIX or given.name != str(name):
            return from_bytes(_read_file(given), str(given))
        return self._read_known(resolve(str(name), self.ids()))

    def ids(self) -> list[str]:
        """The ids of all records, oldest first."""
        return [entry.name for entry in self.files()]

    def files(self) -> list[Entry]:
        """All files of records, named by their ids, oldest first."""
        try:
            seen = self.place.files("records")
        except OSError as fault:
            raise HarnessError(f"the store {self.shown} cannot be read: {fault.strerror}.") from fault
        return [Entry(entry.name.removesuffix(SUFFIX), entry.size, entry.stamp) for entry in seen if _is_visible(entry)]

    def content(self, run: str) -> bytes:
        """The file of a record as it is. Raises HarnessError if it can't be read."""
        return self._read(_record(run), f"no record '{run}' in {self.shown}")

    def contents(self, names: Iterable[str]) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Files with what gives their content, or raises HarnessError; from other machines some are fetched ahead."""

        def reader(name: str) -> Callable[[], bytes]:
            return lambda: self._read(name, f"no file {self.place.where(name)}")

        if self.place.at_once == 1:
            yield from ((name, reader(name)) for name in names)
            return
        coming: deque[tuple[str, Future[bytes]]] = deque()
        with ThreadPoolExecutor(self.place.at_once) as pool:
            for name in names:
                coming.append((name, pool.submit(reader(name))))
                if len(coming) > _AHEAD:
                    ready, found = coming.popleft()
                    yield ready, found.result
            yield from ((name, found.result) for name, found in coming)

    def summaries(self) -> tuple[list[Summary], list[Damaged]]:
        """A line for each record, oldest first, and the files that are none, with the reason."""
        lines: list[Summary] = []
        damaged: list[Damaged] = []
        for run in self.ids():
            try:
                lines.append(summarize(self._read_known(run)))
            except HarnessError as fault:
                path = self.path_of(run)
                damaged.append(Damaged(path=path, why=str(fault).removeprefix(f"{path}: ")))
        return lines, damaged

    def waiting(self) -> list[str]:
        """The names of the files on this machine that belong into the store, and aren't there yet."""
        return self.spool.waiting() if self.spool is not None else []

    def push(self) -> list[str]:
        """Send what waits on this machine; returns the names of the files. Raises HarnessError if the store refuses."""
        sent = []
        for name in self.waiting():
            try:
                self._spooled().send(name)
            except FileExistsError as fault:
                raise HarnessError(
                    f"{self.place.where(name)} is there already, with another content than "
                    f"{self._spooled().path(name)}. A record is never changed: look at both, and remove yours."
                ) from fault
            except OSError as fault:
                raise self._unwritable(fault) from fault
            sent.append(name)
        return sent

    def _read_known(self, run: str) -> Record:
        path = str(self.path_of(run))
        record = from_bytes(self.content(run), path)
        if record.id != run:
            raise HarnessError(f"{path}: damaged: the file is named {run}, and says that it is {record.id}.")
        return record

    def _anchor_names(self) -> list[str]:
        return [f"anchors/{entry.name}" for entry in self._visible("anchors")]

    def _anchor(self, name: str) -> Anchor:
        path = self.place.where(name)
        try:
            anchor = msgspec.json.decode(self._read(name, f"no anchor at {path}"), type=Anchor)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
            raise HarnessError(f"{path}: damaged, or no anchor: {fault}. {_RESTORE}") from fault
        if Path(name).stem != f"{anchor.number:04}":
            raise HarnessError(f"{path}: damaged: it says that it is anchor {anchor.number}. {_RESTORE}")
        return anchor

    def _visible(self, folder: str) -> list[Entry]:
        try:
            return [entry for entry in self.place.files(folder) if _is_visible(entry)]
        except OSError:
            return []

    def _holds(self, name: str, raw: bytes) -> bool:
        try:
            return self.place.read(name) == raw
        except (OSError, HarnessError):
            return False

    def _read(self, name: str, absent: str) -> bytes:
        try:
            return self.place.read(name)
        except (FileNotFoundError, NotADirectoryError) as fault:
            if self.spool is not None and self.spool.folder.exists(name):
                return self.spool.folder.read(name)
            raise HarnessError(f"{absent}.") from fault
        except OSError as fault:
            raise HarnessError(f"{self.place.where(name)}: cannot be read: {fault.strerror}.") from fault

    def _add(self, name: str, raw: bytes) -> None:
        """Add a file for good, and with it all that waits for the way there."""
        if self.spool is None:
            self._write(self.place.write_new, name, raw)
            return
        self._write(self.spool.keep, name, raw)
        try:
            self.push()
        except HarnessError as fault:
            raise HarnessError(
                f"{fault}\nNothing is lost: it is kept in {self.spool.path(name)}. "
                f"`harness store push --store {self.shown}` brings it there."
            ) from fault

    def _keep(self, name: str, raw: bytes) -> None:
        """Keep what a record needs; if it can't be sent now, it goes with the record."""
        if self.spool is None:
            self._write(self.place.replace, name, raw)
            return
        self._write(self.spool.keep, name, raw)
        try:
            self.spool.send(name)
        except (HarnessError, OSError):
            return

    def _write(self, write: Callable[[str, bytes], None], name: str, raw: bytes) -> None:
        try:
            write(name, raw)
        except FileExistsError as fault:
            raise HarnessError(
                f"{self.place.where(name)} is there already, and a record is never changed. Nothing was written."
            ) from fault
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def _unwritable(self, fault: OSError) -> HarnessError:
        if fault.errno in FULL:
            return HarnessError(
                f"the store {self.folder} is full ({fault.strerror}); nothing was written. "
                "Make room and go on with `harness run --resume`."
            )
        return HarnessError(
            f"the store {self.folder} cannot be written: {fault.strerror} ({fault.filename}). "
            "Mend that, or choose another with --store."
        )

    def _spooled(self) -> Spool:
        if self.spool is None:
            raise AssertionError("a store on this machine has no spool")
        return self.spool


def _record(run: str) -> str:
    return f"records/{run}{SUFFIX}"


def _variances_of(machine_digest: str) -> str:
    # A colon is no character of a file's name everywhere.
    return f"variances/{machine_digest.removeprefix('sha256:')}"


def _is_visible(entry: Entry, suffix: str = SUFFIX) -> bool:
    return entry.name.endswith(suffix) and entry.name[0] != "."


def _variances(raw: bytes, path: str, run: str, machine_digest: str) -> RunVariances:
    seen = variances_from(raw, path)
    if (seen.run, seen.machine_digest) != (run, machine_digest):
        raise HarnessError(f"{path}: damaged: it says that it is of run {seen.run} on machine {seen.machine_digest}.")
    return seen


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise HarnessError(f"no record at {path}.") from fault
    except OSError as fault:
        raise HarnessError(f"{path}: cannot be read: {fault.strerror}.") from fault
