"""`harness list`: the store's records, a line each."""

from __future__ import annotations

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.output import print_json
from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import show_lines, tell
from harness.record.index import Index
from harness.report.listing import StoreList
from harness.report.quantity import counted


@click.command("list", short_help="List the records of the store.")
@store_option
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the newest N.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_records(store: str, last: int | None, as_json: bool) -> int:
    """List the records of the store, oldest first; damaged files are named, and the exit code is then 1."""
    kept = store_to_read(store)
    index = Index(kept)
    lines = index.summaries()
    if as_json:
        damaged = [{"path": str(each.path), "why": each.why} for each in index.damaged]
        print_json({"records": lines[-last:] if last else lines, "damaged": damaged})
    elif lines or index.damaged:
        show_lines(StoreList(lines, index.damaged, last))
    else:
        tell(f"harness: {kept.shown} holds no record yet. `harness run` makes one.")
    if waiting := kept.waiting():
        files = counted(len(waiting), "file waits", "files wait")
        tell(f"harness: {files} on this machine: `harness store push --store {kept.shown}` sends what waits.")
    return BROKEN_POLICY if index.damaged else 0
