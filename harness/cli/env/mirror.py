"""`harness env mirror`: all archives of a lock in a folder."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.terminal import tell
from harness.environment import ALL_PLATFORMS, PLATFORMS, parse_address
from harness.environment import mirror as fill


@click.command(short_help="Put all archives of locks into a folder, to need no network.")
@click.argument("address")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--platform",
    "platforms",
    multiple=True,
    type=click.Choice([*PLATFORMS, ALL_PLATFORMS]),
    help="For machines of this sort (default: this one's); may be given several times.",
)
def mirror(address: str, folder: Path, platforms: tuple[str, ...]) -> None:
    """Put all archives of the locks of ADDRESS into FOLDER, checked, for `harness env create --mirror FOLDER`.

    NAME means wheels and conda packages, as far as there are locks; NAME@wheels and NAME@conda mean one of them.
    What is there and right isn't fetched again.
    """
    root = Path.cwd()
    for made in fill(parse_address(address, root), root, folder.absolute(), platforms, tell):
        click.echo(f"{folder}: all {made.archives} archives of {made.lock}")
