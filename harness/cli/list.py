"""`harness list`: the store's records, a line each."""

from __future__ import annotations

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.terminal import show, tell
from harness.record import Store
from harness.report import StoreList


@click.command("list", short_help="List the records of the store.")
@click.option("--store", type=click.Path(), default="results", show_default=True, help="The folder with records.")
def list_records(store: str) -> int:
    """List the records of the store; damaged files are named, and the exit code is then 1."""
    lines, damaged = Store(store).summaries()
    show(StoreList(lines, damaged))
    if not lines and not damaged:
        tell(f"harness: {store} holds no record yet. `harness run` makes one.")
    return BROKEN_POLICY if damaged else 0
