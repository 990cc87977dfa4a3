"""`harness env remove`: remove environments that the harness made."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.terminal import tell
from harness.environment import find, parse_address
from harness.environment import remove as remove_environment


@click.command(short_help="Remove environments.")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
def remove(addresses: tuple[str, ...]) -> None:
    """Remove the environments of these addresses, or in these folders; what the harness didn't make is refused."""
    for address in addresses:
        realized = find(parse_address(address, Path.cwd()))
        if realized is None:
            tell(f"{address}: isn't made")
            continue
        remove_environment(realized)
        tell(f"{address}: removed")
