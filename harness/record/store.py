"""The folder that holds records, each lock once, and the journals of runs in progress."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness import whole_file
from harness.failure import HarnessError
from harness.record.document import from_bytes, to_bytes
from harness.record.identity import resolve
from harness.record.places import Entry
from harness.record.schema import Anchor, Record
from harness.record.summary import Damaged, Summary, summarize
from harness.record.variances import RunVariances
from harness.record.variances import from_bytes as variances_from
from harness.record.variances import to_bytes as variances_to

SUFFIX = ".json"
RECENT_RUNS = 200


class Store:
    """A folder of records: `records/ID.json`, `locks/SHA256.txt`, `variances/MACHINE/ID.json`, `anchors/NUMBER.json`,
    `runs/ID/`.

    Nothing is made on disk before something is written. A record is visible whole or not at all, and never changed
    afterwards; a file that its writer left behind is hidden (it begins with a dot) and not looked at.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.records = self.folder / "records"
        self.locks = self.folder / "locks"
        self.variances = self.folder / "variances"
        self.anchored = self.folder / "anchors"
        self.runs = self.folder / "runs"

    def path_of(self, run: str) -> Path:
        """Where the record of this id lies, or would lie."""
        return self.records / f"{run}{SUFFIX}"

    def run_folder(self, run: str) -> Path:
        """The folder of a run in progress, made if it isn't there."""
        folder = self.runs / run
        self._make(folder)
        return folder

    def write(self, record: Record) -> Path:
        """Adds a record; when this returns, it outlives a power cut.

        Raises HarnessError if a record of this id is there, or if the store can't be written.
        """
        if not record.id or record.id.startswith(".") or Path(record.id).name != record.id:
            raise HarnessError(f"'{record.id}' cannot be the id of a record: it has to be a plain file name.")
        target = self.path_of(record.id)
        self._write(target, to_bytes(record), whole_file.write_new)
        return target

    def keep_lock(self, text: str) -> str:
        """Keeps a lock's text once, and returns its SHA-256."""
        raw = text.encode()
        digest = hashlib.sha256(raw).hexdigest()
        target = self.locks / f"{digest}.txt"
        if not _holds(target, raw):
            self._write(target, raw, whole_file.replace)
        return digest

    def lock(self, digest: str) -> str:
        """The text of a lock that a record names."""
        target = self.locks / f"{digest}.txt"
        raw = _read(target, f"no lock {digest} in {self.folder}")
        if hashlib.sha256(raw).hexdigest() != digest:
            raise HarnessError(f"{target}: damaged: its content is not what its name says (SHA-256).")
        return raw.decode()

    def keep_anchor(self, anchor: Anchor) -> Path:
        """Keeps an anchor for good. Raises HarnessError if its number is taken, or the store can't be written."""
        target = self.anchored / f"{anchor.number:04}{SUFFIX}"
        self._write(target, msgspec.json.encode(anchor) + b"\n", whole_file.write_new)
        return target

    def anchors(self) -> list[Anchor]:
        """All anchors, the first one first. Raises HarnessError for a file that is none."""
        return [_anchor_at(path) for path in _visible(self.anchored)]

    def keep_variances(self, seen: RunVariances) -> Path:
        """Keeps what a run showed of its machine's noise. Raises HarnessError if the store can't be written."""
        target = self._variances_folder(seen.machine_digest) / f"{seen.run}{SUFFIX}"
        self._write(target, variances_to(seen), whole_file.replace)
        return target

    def variances_of(self, machine_digest: str) -> tuple[list[RunVariances], list[Damaged]]:
        """What the last runs on a machine showed of its noise, oldest first, and files that are damaged.

        A store of earlier versions has none. No more than the newest 200 are looked at.
        """
        seen: list[RunVariances] = []
        damaged: list[Damaged] = []
        for path in _visible(self._variances_folder(machine_digest))[-RECENT_RUNS:]:
            try:
                seen.append(_variances_at(path, machine_digest))
            except HarnessError as fault:
                damaged.append(Damaged(path=path, why=str(fault).removeprefix(f"{path}: ")))
        return seen, damaged

    def _variances_folder(self, machine_digest: str) -> Path:
        # A colon is no character of a file's name everywhere.
        return self.variances / machine_digest.removeprefix("sha256:")

    def read(self, name: str | os.PathLike[str]) -> Record:
        """The record of an id, of a unique beginning or end of one, or in a file."""
        given = Path(name)
        if isinstance(name, os.PathLike) or given.suffix == SUFFIX or given.name != str(name):
            return from_bytes(_read(given, f"no record at {given}"), str(given))
        return self._read_known(resolve(str(name), self.ids()))

    def ids(self) -> list[str]:
        """The ids of all records, oldest first."""
        try:
            names = [path.name for path in self.records.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as fault:
            raise HarnessError(f"the store {self.folder} cannot be read: {fault.strerror}.") from fault
        return sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX) and name[0] != ".")

    def files(self) -> list[Entry]:
        """All files of records, named by their ids, oldest first."""
        try:
            with os.scandir(self.records) as found:
                records = (each for each in found if each.name.endswith(SUFFIX) and each.name[0] != ".")
                seen = [(each.name, each.stat()) for each in records]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as fault:
            raise HarnessError(f"the store {self.folder} cannot be read: {fault.strerror}.") from fault
        return sorted(
            (Entry(name.removesuffix(SUFFIX), stat.st_size, str(stat.st_mtime_ns)) for name, stat in seen),
            key=lambda entry: entry.name,
        )

    def content(self, run: str) -> bytes:
        """The file of a record as it is. Raises HarnessError if it can't be read."""
        return _read(self.path_of(run), f"no record '{run}' in {self.folder}")

    @property
    def address(self) -> str:
        """Where it lies, the same for everyone on this machine."""
        return os.fspath(self.folder.absolute())

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

    def _read_known(self, run: str) -> Record:
        path = self.path_of(run)
        record = from_bytes(_read(path, f"no record '{run}' in {self.folder}"), str(path))
        if record.id != run:
            raise HarnessError(f"{path}: damaged: the file is named {run}, and says that it is {record.id}.")
        return record

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def _write(self, target: Path, raw: bytes, write: Callable[[Path, bytes], None]) -> None:
        try:
            write(target, raw)
        except FileExistsError as fault:
            raise HarnessError(
                f"{target} is there already, and a record is never changed. Nothing was written."
            ) from fault
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def _unwritable(self, fault: OSError) -> HarnessError:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return HarnessError(
                f"the store {self.folder} is full ({fault.strerror}); nothing was written. "
                "Make room and go on with `harness run --resume`."
            )
        return HarnessError(
            f"the store {self.folder} cannot be written: {fault.strerror} ({fault.filename}). "
            "Mend that, or choose another with --store."
        )


def _visible(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX and path.name[0] != ".")
    except OSError:
        return []


def _anchor_at(path: Path) -> Anchor:
    try:
        anchor = msgspec.json.decode(_read(path, f"no anchor at {path}"), type=Anchor)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise HarnessError(f"{path}: damaged, or no anchor: {fault}") from fault
    if path.stem != f"{anchor.number:04}":
        raise HarnessError(f"{path}: damaged: it says that it is anchor {anchor.number}.")
    return anchor


def _variances_at(path: Path, machine_digest: str) -> RunVariances:
    seen = variances_from(_read(path, f"no variances at {path}"), str(path))
    if (seen.run, seen.machine_digest) != (path.stem, machine_digest):
        raise HarnessError(f"{path}: damaged: it says that it is of run {seen.run} on machine {seen.machine_digest}.")
    return seen


def _holds(path: Path, raw: bytes) -> bool:
    try:
        return path.read_bytes() == raw
    except OSError:
        return False


def _read(path: Path, absent: str) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise HarnessError(f"{absent}.") from fault
    except OSError as fault:
        raise HarnessError(f"{path} cannot be read: {fault.strerror}.") from fault
