"""`harness store export`: what the store holds, for other programs."""

from __future__ import annotations

from pathlib import Path

import click
import duckdb
import msgspec

from harness import whole_file
from harness.cli.output import write_new
from harness.cli.store.damage import name_damaged
from harness.cli.store_option import store_option, store_to_read
from harness.failure import HarnessError
from harness.record.index import Index, tables
from harness.report.pytest_benchmark import pytest_benchmark_json

# Of a result and its run, all columns; those of the run that a result has too are told apart.
_JOINED = (
    "SELECT results.*, runs.* RENAME (against AS run_against) FROM results JOIN runs ON results.run = runs.id "
    "ORDER BY run, place"
)
_KINDS = {".csv": "csv", ".parquet": "parquet"}


@click.command(short_help="Write CSV, Parquet, or pytest-benchmark's JSON.")
@click.argument("file", type=click.Path(path_type=Path))
@store_option
@click.option("--table", type=click.Choice(list(tables.TABLES)), help="One table.  [default: results with their runs]")
@click.option("--record", metavar="ID", help="The record to write as JSON.  [default: the latest]")
def export(file: Path, store: str, table: str | None, record: str | None) -> int:
    """Write FILE: the results of all records with their runs as NAME.csv or NAME.parquet, or one record as NAME.json,
    which `pytest-benchmark compare` reads.

    Damaged files are named, and the exit code is then 1.
    """
    kept = store_to_read(store)
    if file.suffix == ".json":
        if table is not None:
            raise HarnessError("--table goes with .csv and .parquet; a .json file holds one record.")
        ids = kept.ids()
        if record is None and not ids:
            raise HarnessError(f"the store {kept.shown} holds no record yet. `harness run` makes one.")
        found = kept.read(record if record is not None else ids[-1])
        write_new(file, msgspec.json.encode(pytest_benchmark_json(found)).decode() + "\n")
        click.echo(str(file))
        return 0
    if file.suffix not in _KINDS:
        raise HarnessError(f"{file}: its name says no format: .csv, .parquet or .json (pytest-benchmark's).")
    if record is not None:
        raise HarnessError("--record goes with .json; .csv and .parquet hold the results of all records.")
    index = Index(kept)
    _write(index, f"SELECT * FROM {table} ORDER BY ALL" if table else _JOINED, file)  # noqa: S608
    click.echo(str(file))
    return name_damaged(index)


def _write(index: Index, sql: str, file: Path) -> None:
    """Write a file whole or not at all."""
    hidden = whole_file.hidden_beside(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        index.export(sql, hidden, _KINDS[file.suffix])
        whole_file.publish_new(hidden, file)
    except FileExistsError as fault:
        raise HarnessError(f"{file} is there already. Nothing was written: remove it, or name another file.") from fault
    except (OSError, duckdb.Error) as fault:
        raise HarnessError(f"{file} can't be written: {fault}") from fault
    finally:
        hidden.unlink(missing_ok=True)
