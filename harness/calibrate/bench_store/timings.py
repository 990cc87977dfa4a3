"""The store's own times: its index, and the commands that use it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from harness.calibrate.bench_store.cache import cache_at
from harness.calibrate.bench_store.records import Size, case_id, write_one
from harness.calibrate.bench_store.timing import Timing, timed, timed_command
from harness.record import Store
from harness.record.index import Index

_COMMAND = "import sys; from harness.cli import main; sys.exit(main())"
_QUERY = "SELECT variant, median(ratio), count(*) FROM results GROUP BY variant ORDER BY variant"
_TIMEOUT_S = 600.0


def store_timings(folder: Path, size: Size, cache: Path, repetitions: int) -> Iterator[Timing]:
    """Each time as soon as it is known. folder: a store of so many records. cache: is emptied, and holds the index."""
    shutil.rmtree(cache, ignore_errors=True)
    with cache_at(cache):
        yield from _timings(Store(folder), size, repetitions)


def _timings(store: Store, size: Size, repetitions: int) -> Iterator[Timing]:
    yield timed("the index is built", lambda: Index(store))
    write_one(store.records, size.records, size)
    yield timed("one record is added to it", lambda: Index(store))
    store.path_of(store.ids()[-1]).unlink()  # type: ignore[union-attr]
    Index(store)
    yield timed("it is opened, nothing is new", lambda: Index(store), repetitions)
    index = Index(store)
    yield timed("all runs", index.runs, repetitions)
    yield timed("the series of one case", lambda: index.tracked(cases=[case_id(0)]), repetitions)
    ids = store.ids()
    yield timed("two records are read", lambda: (store.read(ids[0]), store.read(ids[-1])), repetitions)
    for arguments in (
        ["list"],
        ["store", "query", _QUERY],
        ["compare", ids[0], ids[-1]],
        ["history", case_id(0)],
    ):
        said = "harness " + " ".join(each if " " not in each else f"'{each}'" for each in arguments)
        command = [sys.executable, "-c", _COMMAND, *arguments, "--store", str(store.folder)]
        yield timed_command(said, command, store.folder, os.environ, _TIMEOUT_S, repetitions)
