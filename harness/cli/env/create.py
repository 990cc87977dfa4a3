"""`harness env create`: make an environment from its lock."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.terminal import tell
from harness.environment import create as realize


@click.command()
@click.argument("address", default="base")
def create(address: str) -> None:
    """Make the environment of ADDRESS from its lock, or find it made; prints its Python."""
    click.echo(realize(address, Path.cwd(), tell).python)
