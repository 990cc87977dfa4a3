"""`harness env lock`: from what is declared to what is locked."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.terminal import tell
from harness.environment import Locked, Wish, make_locks

CHANNEL = click.option(
    "--channel", "channels", multiple=True, metavar="CHANNEL",
    help="Take conda packages from this address or folder, in place of the declared channels.",
)  # fmt: skip


@click.command(short_help="Make locks from what is declared.")
@click.argument("names", nargs=-1)
@CHANNEL
@click.option("--update", multiple=True, metavar="PACKAGE", help="Take the newest version of this package that fits.")
def lock(names: tuple[str, ...], channels: tuple[str, ...], update: tuple[str, ...]) -> None:
    """Make the locks of NAMES (default: all) from what is declared; what still satisfies stays.

    Declared are environments in environment.yml and envs/NAME.yml, locks of wheels alone in pyproject.toml.
    """
    for made in make_locks(Path.cwd(), names, wish=Wish(channels=channels, update=update), progress=tell):
        show(made)


def show(made: Locked) -> None:
    """One line about a file that was made."""
    word = "changed" if made.changed else "unchanged"
    packages = "1 package" if made.packages == 1 else f"{made.packages} packages"
    click.echo(f"{made.path}: {packages}, {word}")
