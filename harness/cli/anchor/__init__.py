"""`harness anchor`: the fixed points that nights are held against; one module per command."""

from __future__ import annotations

import click

from harness.cli.commands import Commands

_COMMANDS = {
    "set": "harness.cli.anchor.set:set_anchor",
    "move": "harness.cli.anchor.move:move",
    "list": "harness.cli.anchor.list:list_anchors",
}


@click.group(cls=Commands, table=_COMMANDS, short_help="The fixed points that nights are held against.")
def anchor() -> None:
    """The fixed points that nights are held against: commits, each with its lock, kept in the store."""
