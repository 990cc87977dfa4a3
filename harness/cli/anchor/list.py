"""`harness anchor list`: all fixed points."""

from __future__ import annotations

import click

from harness.cli.output import print_json
from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import show
from harness.report.nightly.anchors import AnchorList


@click.command("list", short_help="List all anchors.")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_anchors(store: str, as_json: bool) -> None:
    """List all anchors, the first one first: commit, lock, when and why. Nights are held against the last one."""
    anchors = store_to_read(store).anchors()
    if as_json:
        print_json(anchors)
        return
    show(AnchorList(anchors))
