"""The index's tables. `docs/store.md` explains them to those who ask questions of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from harness import __version__
from harness.record.results import Result, Run

# Raised when rows are made otherwise from the same records.
_MEANING = 1

RUNS = {
    "id": "VARCHAR",
    "kind": "VARCHAR",
    "began": "VARCHAR",
    "ended": "VARCHAR",
    "measured_s": "DOUBLE",
    "scale": "VARCHAR",
    "night": "VARCHAR",
    "anchors": "INTEGER[]",
    "address": "VARCHAR",
    "against": "VARCHAR[]",
    "python": "VARCHAR",
    "commit": "VARCHAR",
    "dirty": "BOOLEAN",
    "code_digest": "VARCHAR",
    "software_digest": "VARCHAR",
    "lock_digest": "VARCHAR",
    "machine_digest": "VARCHAR",
    "cpu_model": "VARCHAR",
    "drifted": "BOOLEAN",
    "verdicts": "MAP(VARCHAR, BIGINT)",
    "missing": "VARCHAR[]",
    "breaches": "VARCHAR[]",
    "tool": "VARCHAR",
}
# What the store's list says beside that, and which record it was made to reproduce.
LISTED = {"cases": "INTEGER", "agreements": "MAP(VARCHAR, BIGINT)", "state": "VARCHAR", "reproduces": "VARCHAR"}

RESULTS = {
    "run": "VARCHAR",
    "case": "VARCHAR",
    "variant": "VARCHAR",
    "measure": "VARCHAR",
    "against": "VARCHAR",
    "anchor": "INTEGER",
    "of": "INTEGER",
    "verdict": "VARCHAR",
    "agreement": "VARCHAR",
    "answers": "VARCHAR[]",
    "ratio": "DOUBLE",
    "low": "DOUBLE",
    "high": "DOUBLE",
    "launches": "INTEGER",
    "launch_ratios": "DOUBLE[]",
    "median_s": "DOUBLE",
    "p95_s": "DOUBLE",
    "cpu_s": "DOUBLE",
    "peak_bytes": "BIGINT",
    "counters": "MAP(VARCHAR, BIGINT)",
    "counters_changed": "BOOLEAN",
}

TABLES = {
    "runs": RUNS | LISTED,
    "results": RESULTS | {"place": "INTEGER"},
    "locks": {"run": "VARCHAR", "digest": "VARCHAR"},
    "distributions": {"software_digest": "VARCHAR", "name": "VARCHAR", "version": "VARCHAR"},
    "files": {"name": "VARCHAR", "size": "BIGINT", "stamp": "VARCHAR", "why": "VARCHAR"},
}


def create() -> str:
    """The statements that make the tables."""
    return ";".join(f"CREATE TABLE {table} ({_columns(columns)})" for table, columns in TABLES.items())


def load(table: str) -> str:
    """The statement that adds a file of lines of JSON to a table; the file is its parameter."""
    names = ", ".join(f"'{name}': '{kind}'" for name, kind in TABLES[table].items())
    fresh = "WHERE software_digest NOT IN (SELECT software_digest FROM distributions)"
    return (
        f"INSERT INTO {table} SELECT * FROM read_json(?, format = 'newline_delimited', columns = {{{names}}}, "
        f"maximum_object_size = 1000000000) {fresh if table == 'distributions' else ''}"
    )


def as_json(columns: Sequence[str]) -> str:
    """An expression for a row's columns as one JSON object."""
    return "to_json({" + ", ".join(f"'{name}': \"{name}\"" for name in columns) + "})::VARCHAR"


def version() -> str:
    """Differs from that of an index with other tables, or with other rows for the same records."""
    said = [_MEANING, __version__, create(), Run.__struct_fields__, Result.__struct_fields__]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _columns(columns: dict[str, str]) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
