"""`harness env create`: make an environment from its lock."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.terminal import tell
from harness.environment import Kind, Provision, parse_address
from harness.environment import create as realize
from harness.failure import HarnessError

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Make an environment from its lock, or find it made.")
@click.argument("address", default="base")
@click.option(
    "--prefix", type=click.Path(path_type=Path), help="The folder to make it in, instead of one in the cache."
)
@click.option("--mirror", type=_FOLDER, help="Take all archives from this folder (made by `harness env mirror`).")
@click.option("--base-image", metavar="IMAGE@DIGEST", help="For NAME@image: what to build on.")
@click.option("--ca-bundle", type=_FILE, help="For NAME@image: certificates to trust while building.")
def create(
    address: str, prefix: Path | None, mirror: Path | None, base_image: str | None, ca_bundle: Path | None
) -> None:
    """Make the environment of ADDRESS from its lock, or find it made; prints its Python."""
    for_images = base_image or ca_bundle
    if for_images and parse_address(address, Path.cwd()).kind is not Kind.IMAGE:
        raise HarnessError(f"{address}: --base-image and --ca-bundle are for images, as in base@image.")
    provision = Provision(
        prefix=_absolute(prefix),
        mirror=_absolute(mirror),
        base_image=base_image,
        ca_bundle=_absolute(ca_bundle),
    )
    click.echo(realize(address, Path.cwd(), tell, provision).python)


def _absolute(path: Path | None) -> str | None:
    return str(path.expanduser().absolute()) if path else None
