"""`harness env`: environments, declared, locked, realized and verified; one module per command."""

from __future__ import annotations

import click

from harness.cli.env.create import create
from harness.cli.env.lock import lock
from harness.cli.env.show import show


@click.group()
def env() -> None:
    """Environments: declared, locked, realized and verified."""


for command in (create, lock, show):
    env.add_command(command)
