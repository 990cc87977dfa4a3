"""`harness store query`: questions in SQL."""

from __future__ import annotations

import csv
import sys
from typing import Any

import click
import msgspec

from harness.cli.output import print_json
from harness.cli.store.damage import name_damaged
from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import show
from harness.failure import HarnessError
from harness.record.index import Index
from harness.report.answer import AnswerTable, plain_value


@click.command(short_help="Answer a question in SQL.")
@click.argument("sql")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print an array with an object for each row.")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
def query(sql: str, store: str, as_json: bool, as_csv: bool) -> int:
    """Answer a question in SQL (DuckDB's): `harness store query "select * from runs limit 3"`.

    The tables are runs, results, locks, distributions and files; docs/store.md explains their columns. They can be
    read, and nothing else. Damaged files are named, and the exit code is then 1.
    """
    if as_json and as_csv:
        raise HarnessError("--json and --csv are two ways of printing: choose one.")
    index = Index(store_to_read(store))
    answer = index.ask(sql)
    if as_json:
        print_json([dict(zip(answer.columns, map(_builtin, row), strict=True)) for row in answer.rows])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([plain_value(value, "") for value in row] for row in answer.rows)
    else:
        show(AnswerTable(answer.columns, answer.rows))
    return name_damaged(index)


def _builtin(value: Any) -> Any:
    """As JSON says it; moments, decimals and what else DuckDB knows as text."""
    return msgspec.to_builtins(value, enc_hook=str, str_keys=True)
