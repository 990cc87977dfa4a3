"""`harness env`: environments, declared, locked, realized and verified; one module per command."""

from __future__ import annotations

import click

from harness.cli.commands import Commands

_COMMANDS = {
    "create": "harness.cli.env.create:create",
    "lock": "harness.cli.env.lock:lock",
    "mirror": "harness.cli.env.mirror:mirror",
    "show": "harness.cli.env.show:show",
}


@click.group(cls=Commands, table=_COMMANDS)
def env() -> None:
    """Environments: declared, locked, realized and verified."""
