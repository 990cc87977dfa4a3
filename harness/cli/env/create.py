"""`harness env create`: make an environment from its lock."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.terminal import tell
from harness.environment import Provision, parse_address, realize

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("address", default="base")
@click.option("--mirror", type=_FOLDER, help="Take all archives from this folder (made by `harness env mirror`).")
def create(address: str, mirror: Path | None) -> None:
    """Make the environment of ADDRESS from its lock, or find it made; prints its Python."""
    provision = Provision(mirror=str(mirror.absolute()) if mirror else None)
    click.echo(realize(parse_address(address, Path.cwd()), tell, provision).python)
