"""`harness env export`: from a live environment to a declaration."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.terminal import tell
from harness.environment import Kind, parse_address, realize
from harness.environment.backends.inventory import take_inventory
from harness.environment.locks.export import export as declare
from harness.environment.locks.export import top_level
from harness.failure import HarnessError


@click.command(short_help="Declare what is installed, as an environment.yml.")
@click.argument("address", default="live")
@click.option("--all", "everything", is_flag=True, help="Also what is there because something else needs it.")
def export(address: str, everything: bool) -> None:
    """Print what is installed in ADDRESS as an environment.yml, in exact versions: what nothing else needs.

    A virtual environment gives a `pip:` part, a conda prefix conda packages (and a `pip:` part for what pip added).
    """
    parsed = parse_address(address, Path.cwd())
    if parsed.kind is Kind.IMAGE:
        raise HarnessError(f"{address}: an image isn't looked into. It has what {parsed.name}@wheels has: export that.")
    held = take_inventory(parsed.python or realize(parsed, tell).python)
    name = Path(held.prefix).name if parsed.kind is Kind.PYTHON else parsed.name
    click.echo(declare(held if everything else top_level(held), name), nl=False)
