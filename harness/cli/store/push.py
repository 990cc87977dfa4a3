"""`harness store push`: what waits on this machine is sent."""

from __future__ import annotations

import click

from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import tell


@click.command(short_help="Send what a store on another machine has refused before.")
@store_option
def push(store: str) -> None:
    """Send what waits on this machine to a store on another one, which couldn't be reached or refused."""
    kept = store_to_read(store)
    sent = kept.push()
    for name in sent:
        click.echo(str(kept.place.where(name)))
    if not sent:
        tell(f"harness: nothing waits here for {kept.shown}.")
