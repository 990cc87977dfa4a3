"""`harness store`: what the store holds, asked, checked, brought in and out; one module per command."""

from __future__ import annotations

import click

from harness.cli.commands import Commands

_COMMANDS = {
    "check": "harness.cli.store.check:check",
    "query": "harness.cli.store.query:query",
    "import": "harness.cli.store.imports:import_files",
    "export": "harness.cli.store.export:export",
    "push": "harness.cli.store.push:push",
    "prune": "harness.cli.store.prune:prune",
}


@click.group(cls=Commands, table=_COMMANDS)
def store() -> None:
    """The store: check it, ask it, bring records in and out."""
