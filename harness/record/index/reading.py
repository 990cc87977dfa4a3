"""Records read into the rows of the index's tables, as lines of JSON; many of them by several processes at once."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import msgspec

from harness.failure import HarnessError
from harness.record.document import from_bytes
from harness.record.index.tables import TABLES
from harness.record.places import Entry
from harness.record.results import distributions_of, locks_of, results_of, run_of
from harness.record.schema import Record
from harness.record.summary import summarize

# Below this, processes take longer to start than they save.
FEWEST_FOR_PROCESSES = 200
SUFFIX = ".json"
_LARGEST = 2**63
_CHILD = (
    "import json, sys; job = json.load(open(sys.argv[1], 'rb')); sys.path[:] = job['path']; "
    "from harness.record.index.reading import read_job; read_job(job)"
)

Reader = Callable[[str], bytes]


def rows_of(entry: Entry, read: Reader, place: str) -> dict[str, list[Any]]:
    """The rows that a file adds, by table; of one that is no record only that, with the reason.

    place: how messages name the file.
    """
    try:
        record = from_bytes(read(entry.name), place)
        _check(record, entry.name)
    except HarnessError as fault:
        return {"files": [_file(entry, str(fault).removeprefix(f"{place}: "))]}
    line = summarize(record)
    beside: dict[str, object] = {"cases": line.cases, "agreements": line.answers, "state": line.state}
    beside["reproduces"] = record.plan.reproduces
    return {
        "files": [_file(entry, None)],
        "runs": [msgspec.to_builtins(run_of(record)) | beside],
        "results": [msgspec.to_builtins(row) | {"place": n} for n, row in enumerate(results_of(record))],
        "locks": [{"run": record.id, "digest": digest} for digest in sorted(locks_of(record))],
        "distributions": [
            {"software_digest": digest, "name": name, "version": version}
            for digest, versions in distributions_of(record).items()
            for name, version in versions.items()
        ],
    }


def write_rows(files: Iterable[Entry], read: Reader, place_of: Callable[[str], str], folder: Path) -> None:
    """Read these files, and write their rows into `folder`: a file a table, named for it."""
    encode = msgspec.json.Encoder().encode
    told: set[str] = set()
    with ExitStack() as stack:
        out: dict[str, IO[bytes]] = {
            table: stack.enter_context((folder / f"{table}.json").open("wb")) for table in TABLES
        }
        for entry in files:
            for table, rows in rows_of(entry, read, place_of(entry.name)).items():
                new = _untold(rows, told) if table == "distributions" else rows
                out[table].writelines(encode(row) + b"\n" for row in new)


def write_rows_at_once(files: Sequence[Entry], records: Path, folder: Path, processes: int) -> list[Path]:
    """The same by several processes, each in a room of its own below `folder`; returns the rooms.

    records: the folder that the files lie in. What a process doesn't finish is read by this one.
    """
    share = -(-len(files) // processes)
    parts = [files[start : start + share] for start in range(0, len(files), share)]
    rooms = [folder / f"part-{number}" for number in range(len(parts))]
    children: list[subprocess.Popen[bytes]] = []
    try:
        for part, room in zip(parts, rooms, strict=True):
            children.append(_started(part, records, room))
        for child in children:
            child.wait()
    except BaseException:
        for child in children:
            child.kill()
            child.wait()
        raise
    for child, part, room in zip(children, parts, rooms, strict=True):
        if child.returncode != 0:
            _read_here(part, records, room)
    return rooms


def _started(files: Sequence[Entry], records: Path, room: Path) -> subprocess.Popen[bytes]:
    room.mkdir()
    job = {
        "path": sys.path,
        "parent": os.getpid(),
        "files": msgspec.to_builtins(files),
        "records": os.fspath(records),
        "folder": os.fspath(room),
    }
    told = room / "job.json"
    told.write_text(json.dumps(job))  # in ASCII: a path may be no Unicode
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, os.fspath(told)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def read_job(job: dict[str, Any]) -> None:
    """What a process of `write_rows_at_once` does: `job` says what, and where."""
    # Records hold no cycles, and looking for them takes longer than reading.
    gc.disable()
    files = _as_long_as(job["parent"], msgspec.convert(job["files"], list[Entry]))
    _read_here(files, Path(job["records"]), Path(job["folder"]))


def _as_long_as(parent: int, files: Sequence[Entry]) -> Iterator[Entry]:
    """What a killed process has asked for, nobody waits for."""
    for file in files:
        if os.getppid() != parent:
            raise SystemExit(1)
        yield file


def _read_here(files: Iterable[Entry], records: Path, room: Path) -> None:
    def path_of(name: str) -> str:
        return os.fspath(records / f"{name}{SUFFIX}")

    write_rows(files, lambda name: read_file(Path(path_of(name))), path_of, room)


def read_file(path: Path) -> bytes:
    """A file's content. Raises HarnessError if it can't be read."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise HarnessError(f"{path}: cannot be read: {fault.strerror}.") from fault


def _check(record: Record, name: str) -> None:
    if record.id != name:
        raise HarnessError(f"damaged: the file is named {name}, and says that it is {record.id}.")
    for judgement in record.judgements:
        for row in judgement.variants:
            figures = [row.peak_bytes or 0, *row.counters.values()]
            if any(abs(figure) >= _LARGEST for figure in figures):
                raise HarnessError(f"'{row.variant}' of {judgement.case} counts more than 2 ** 63, which can't be.")


def _file(entry: Entry, why: str | None) -> dict[str, object]:
    return {"name": entry.name, "size": entry.size, "stamp": entry.stamp, "why": why}


def _untold(rows: Iterable[Any], told: set[str]) -> Iterator[object]:
    """The distributions of software that no earlier record had."""
    new = {row["software_digest"] for row in rows} - told
    told |= new
    return (row for row in rows if row["software_digest"] in new)
