"""An index is opened: what the store holds by now is added to it, what it holds no more is taken out."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb

from harness.failure import HarnessError
from harness.record.index import tables
from harness.record.index.reading import FEWEST_FOR_PROCESSES, write_rows, write_rows_at_once
from harness.record.index.shelf import Shelf
from harness.record.places import Entry
from harness.record.store import Store

_ATTEMPTS = 3
# Nothing is fetched: all that is needed came with DuckDB.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def open_index(store: Store, shelf: Shelf) -> duckdb.DuckDBPyConnection:
    """The tables of all records that the store holds now, open for reading.

    Where the cache can't be written, they are made in memory. Raises HarnessError if the store can't be read.
    """
    files = store.files()
    for attempt in range(_ATTEMPTS):
        try:
            return _current(store, shelf, files)
        except duckdb.Error:
            # Taken away meanwhile by a process that put a newer one in its place; or damaged, if it happens again.
            if attempt > 0:
                with contextlib.suppress(OSError):
                    shelf.discard()
        except OSError:
            break
    return _in_memory(store, files)


def _current(store: Store, shelf: Shelf, files: list[Entry]) -> duckdb.DuckDBPyConnection:
    newest = shelf.newest()
    known: set[Entry] = set()
    if newest is not None:
        connection = _connect(newest, read_only=True)
        known = {Entry(*row) for row in connection.execute("SELECT name, size, stamp FROM files").fetchall()}
        if known == set(files):
            return connection
        connection.close()
    made = shelf.begin()
    try:
        if newest is not None:
            shutil.copyfile(newest, made)
        with contextlib.closing(_connect(made)) as connection:
            if newest is None:
                connection.execute(tables.create())
            _update(connection, store, known, files, made.parent)
            # Closing would do it too, and would not say that the disk is full.
            connection.execute("CHECKPOINT")
        return _connect(shelf.publish(made), read_only=True)
    finally:
        for left in (made, made.with_name(f"{made.name}.wal")):
            left.unlink(missing_ok=True)


def _in_memory(store: Store, files: list[Entry]) -> duckdb.DuckDBPyConnection:
    connection = _connect(":memory:")
    connection.execute(tables.create())
    try:
        _update(connection, store, set(), files, None)
    except OSError as fault:
        raise HarnessError(
            f"the index of {store.shown} can't be made: {fault.strerror} ({fault.filename}). Make room in the cache "
            "(HARNESS_CACHE) or in the folder of temporary files (TMPDIR)."
        ) from fault
    return connection


def _connect(path: Path | str, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(os.fspath(path), read_only=read_only, config=_CONFIG)


def _update(
    connection: duckdb.DuckDBPyConnection, store: Store, known: set[Entry], files: list[Entry], room: Path | None
) -> None:
    """Take out the rows of files that are gone or others now, and add those of new ones.

    room: the folder for what lies between; None for the system's.
    """
    gone = [each.name for each in known - set(files)]
    connection.execute("BEGIN")
    for table, column in (("files", "name"), ("runs", "id"), ("results", "run"), ("locks", "run")):
        if gone:
            connection.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT unnest($1))", [gone])
    with tempfile.TemporaryDirectory(prefix=".reading-", dir=room) as folder:
        for part in _read([each for each in files if each not in known], store, Path(folder)):
            for table in tables.TABLES:
                connection.execute(tables.load(table), [os.fspath(part / f"{table}.json")])
    connection.execute("COMMIT")


def _read(files: Sequence[Entry], store: Store, folder: Path) -> Iterator[Path]:
    processes = processors()
    if store.place.local is not None and processes > 1 and len(files) >= FEWEST_FOR_PROCESSES:
        yield from write_rows_at_once(files, store.records, folder, processes)
        return
    write_rows(files, _reader(store, files), lambda name: str(store.path_of(name)), folder)
    yield folder


def _reader(store: Store, files: Sequence[Entry]) -> Callable[[str], bytes]:
    """Reads records in their order, and where that is faster fetches those to come meanwhile."""
    if store.place.at_once == 1:
        return store.content
    coming = store.contents(f"records/{entry.name}.json" for entry in files)
    return lambda _name: next(coming)[1]()


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
