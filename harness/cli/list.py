"""`harness list`: the store's records, a line each."""

from __future__ import annotations

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.store_option import store_option
from harness.cli.terminal import show, tell
from harness.record import Store
from harness.record.index import Index
from harness.report.listing import StoreList


@click.command("list", short_help="List the records of the store.")
@store_option
def list_records(store: str) -> int:
    """List the records of the store; damaged files are named, and the exit code is then 1."""
    kept = Store(store)
    index = Index(kept)
    lines = index.summaries()
    show(StoreList(lines, index.damaged))
    if not lines and not index.damaged:
        tell(f"harness: {kept.shown} holds no record yet. `harness run` makes one.")
    if waiting := kept.waiting():
        tell(
            f"harness: {len(waiting)} files wait on this machine: `harness store push --store {kept.shown}` sends them."
        )
    return BROKEN_POLICY if index.damaged else 0
