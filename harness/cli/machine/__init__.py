"""`harness machine`: what this machine is, and whether it's fit to measure; one module per command."""

from __future__ import annotations

import click

from harness.cli.commands import Commands

_COMMANDS = {
    "show": "harness.cli.machine.show:show",
    "doctor": "harness.cli.machine.doctor:doctor",
    "floors": "harness.cli.machine.floors:floors",
}


@click.group(cls=Commands, table=_COMMANDS)
def machine() -> None:
    """What this machine is, and whether it's fit to measure."""
