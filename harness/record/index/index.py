"""What all records of a store say, asked for by run, case or software."""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import msgspec

from harness.failure import HarnessError
from harness.record.index import tables
from harness.record.index.making import open_index
from harness.record.index.shelf import Shelf
from harness.record.results import Result, Run
from harness.record.store import Store
from harness.record.summary import Damaged, Summary

_Row = TypeVar("_Row")
_AT_ONCE = 20_000
_OWN_TABLE = re.compile(r'\s*Did you mean "(pg_|duckdb_|sqlite_|information_schema|pragma_|system\.)[^"]*"\?')
# What no series is made of, and nothing asks of a night that is past.
_UNTRACKED = {"launches", "p95_s", "cpu_s", "peak_bytes", "counters_changed"}
_SUMMARY = """to_json({
    'id': id, 'began': began, 'scale': scale, 'cases': cases, 'verdicts': verdicts, 'answers': agreements,
    'environment': list_append(against, address)[1], 'against': list_append(against, address)[2:],
    'missing': len(missing), 'state': state
})::VARCHAR"""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a question gave: the names of its columns, and its rows."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What may not go as long as a run is there, by the run's id. began: when each run began."""

    began: dict[str, str]
    reproduces: dict[str, str]
    locks: dict[str, set[str]]


class Index:
    """The runs and results of a store. anchors: the first one first. damaged: files that are no records, and no
    anchors, with the reason.

    It says what the store held when it was made; what is written later is in the next one. Raises HarnessError if the
    store can't be read.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._shelf = Shelf(store.address, tables.version())
        self._open()

    def _open(self) -> None:
        self._connection = open_index(self.store, self._shelf)
        self._is_open = True
        self._runs: dict[str, Run] | None = None
        self.damaged = [
            Damaged(path=self.store.path_of(name), why=why)
            for name, why in self._rows("SELECT name, why FROM files WHERE why IS NOT NULL ORDER BY name")
        ]
        self.anchors, no_anchors = self.store.whole_anchors()
        self.damaged += no_anchors

    def runs(self) -> dict[str, Run]:
        """All runs by their ids, oldest first."""
        if self._runs is None:
            columns = tables.as_json(Run.__struct_fields__)
            self._runs = {run.id: run for run in self._values(f"SELECT {columns} FROM runs ORDER BY id", Run)}
        return self._runs

    def results(self, cases: Sequence[str] | None = None) -> list[Result]:
        """The results of all runs, or of some cases (the suite's ids) only, oldest first."""
        columns = tables.as_json(Result.__struct_fields__)
        chosen = "" if cases is None else 'WHERE "case" IN (SELECT unnest($1))'
        given = [] if cases is None else [list(cases)]
        return self._values(f"SELECT {columns} FROM results {chosen} ORDER BY run, place", Result, given)

    def tracked(self, after: str = "", cases: Sequence[str] | None = None) -> list[Result]:
        """The results that series are made of, of the runs after one, oldest first: without those of baselines, and
        with no more of each than series need.

        cases: the suite's ids, where those of all aren't wanted.
        """
        columns = tables.as_json([name for name in Result.__struct_fields__ if name not in _UNTRACKED])
        chosen = """WHERE run > $1 AND CASE WHEN "of" IS NULL THEN verdict <> 'baseline' ELSE ratio IS NOT NULL END"""
        if cases is not None:
            chosen += ' AND "case" IN (SELECT unnest($2))'
        given = [after] if cases is None else [after, list(cases)]
        return self._values(f"SELECT {columns} FROM results {chosen} ORDER BY run, place", Result, given)

    def cases(self) -> list[str]:
        """The suite's ids of all cases that have results, sorted."""
        return [case for (case,) in self._rows('SELECT DISTINCT "case" FROM results ORDER BY 1')]

    def holds_any(self) -> bool:
        """Whether there is a run."""
        return bool(self._rows("SELECT id FROM runs LIMIT 1"))

    def digests(self, untils: Sequence[str], cases: Sequence[str] | None = None) -> list[str]:
        """For each of these runs, what differs where the runs up to it, or their results (of some cases only), are
        others.
        """
        sums = ", ".join(
            f"count(*) FILTER ({{0}} <= ${number}), bit_xor(digest) FILTER ({{0}} <= ${number})"
            for number in range(1, len(untils) + 1)
        )
        chosen, given = "", list[object](untils)
        runs = self._rows(f"SELECT {sums.format('id')} FROM (SELECT id, hash(runs) AS digest FROM runs)", given)[0]
        if cases is not None:
            chosen, given = f'WHERE "case" IN (SELECT unnest(${len(given) + 1}))', [*given, list(cases)]
        hashed = f"SELECT run, hash(results) AS digest FROM results {chosen}"
        results = self._rows(f"SELECT {sums.format('run')} FROM ({hashed})", given)[0]
        return [
            f"{self.store.address} {duckdb.__version__} {runs[place : place + 2]} {results[place : place + 2]}"
            for place in range(0, len(runs), 2)
        ]

    def close(self) -> None:
        """Let go of the file, and of the threads that read it: it can't be asked any more."""
        self._is_open = False
        self._connection.close()

    @property
    def beside(self) -> Path:
        """The folder of the index: what is made from it may lie there, too, and goes with it."""
        return self._shelf.folder

    def distributions(self, software_digest: str) -> dict[str, str]:
        """Versions of the distributions that a software fingerprint stands for; empty if it is not known."""
        return dict(self._rows("SELECT name, version FROM distributions WHERE software_digest = ?", [software_digest]))

    def all_distributions(self) -> dict[str, dict[str, str]]:
        """The same of all software fingerprints, by digest: one question instead of hundreds."""
        found: dict[str, dict[str, str]] = {}
        for digest, name, version in self._rows(
            "SELECT software_digest, name, version FROM distributions ORDER BY ALL"
        ):
            found.setdefault(digest, {})[name] = version
        return found

    def summaries(self) -> list[Summary]:
        """A line for each record, oldest first."""
        return self._values(f"SELECT {_SUMMARY} FROM runs ORDER BY id", Summary)

    def needs(self) -> Needs:
        """Which runs there are, when they began, and what each of them needs."""
        runs = self._rows("SELECT id, began, reproduces FROM runs ORDER BY id")
        locks: dict[str, set[str]] = {}
        for run, digest in self._rows("SELECT run, digest FROM locks"):
            locks.setdefault(run, set()).add(digest)
        return Needs(
            began={run: began for run, began, _ in runs},
            reproduces={run: other for run, _, other in runs if other},
            locks=locks,
        )

    def ask(self, sql: str) -> Answer:
        """Answer a question in SQL; it can read the tables, and nothing else: no files, no network.

        Raises HarnessError for what is no single question, with the place in it.
        """
        with contextlib.suppress(duckdb.InvalidInputException):  # an earlier question has locked it
            self._connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        try:
            statements = self._connection.extract_statements(sql)
            if [each.type for each in statements] != [duckdb.StatementType.SELECT]:
                raise HarnessError("that is no question: one SELECT is answered at a time.")
            found = self._connection.execute(statements[0])
            columns = [name for name, *_ in found.description or []]
            return Answer(columns=columns, rows=found.fetchall())
        except duckdb.Error as fault:
            raise HarnessError(_explained(fault)) from fault

    def export(self, sql: str, path: Path, kind: str) -> None:
        """Write the rows of a question of ours into a file. kind: csv or parquet. Raises duckdb.Error or OSError."""
        options = "FORMAT csv, HEADER true" if kind == "csv" else "FORMAT parquet"
        quoted = str(path).replace("'", "''")
        self._connection.execute(f"COPY ({sql}) TO '{quoted}' ({options})")

    def _rows(self, sql: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, list(given)).fetchall()
        except duckdb.Error:
            self._renew()
            return self._connection.execute(sql, list(given)).fetchall()

    def _values(self, sql: str, kind: type[_Row], given: Sequence[object] = ()) -> list[_Row]:
        """Rows that are each one JSON object, as values: many times faster than column by column."""
        with without_collections():
            try:
                return list(self._decoded(sql, kind, given))
            except duckdb.Error:
                self._renew()
                return list(self._decoded(sql, kind, given))

    def _decoded(self, sql: str, kind: type[_Row], given: Sequence[object]) -> Iterator[_Row]:
        decoder = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
        found = self._connection.execute(sql, list(given))
        while rows := found.fetchmany(_AT_ONCE):
            yield from decoder.decode("[" + ",".join(row for (row,) in rows) + "]")

    def _renew(self) -> None:
        """The file turned out to be damaged: make another. Raises ValueError where it was only closed."""
        if not self._is_open:
            raise ValueError("the index is closed")
        self._connection.close()
        self._shelf.discard()
        self._open()


@contextlib.contextmanager
def without_collections() -> Iterator[None]:
    """Many values are made that hold no cycles: looking for some takes twice as long as making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _explained(fault: duckdb.Error) -> str:
    # DuckDB's own tables are nobody's business here.
    said = _OWN_TABLE.sub("", str(fault).strip())
    if isinstance(fault, duckdb.CatalogException | duckdb.BinderException):
        said += f"\nThe tables are {', '.join(tables.TABLES)}; `SELECT * FROM runs LIMIT 1` shows the columns of one."
    return f"the question can't be answered. {said}"
