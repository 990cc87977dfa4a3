"""`harness env lock`: from what is declared to what is locked."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.terminal import tell
from harness.environment import make_locks


@click.command()
@click.argument("names", nargs=-1)
@click.option("--update", multiple=True, metavar="PACKAGE", help="Take the newest version of this package that fits.")
def lock(names: tuple[str, ...], update: tuple[str, ...]) -> None:
    """Make the locks of NAMES (default: all) from environment.yml and pyproject.toml; what still satisfies stays."""
    for made in make_locks(Path.cwd(), names, update=update, progress=tell):
        word = "changed" if made.changed else "unchanged"
        click.echo(f"{made.path}: {made.packages} packages, {word}")
