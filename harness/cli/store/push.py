"""`harness store push`: what waits on this machine is sent."""

from __future__ import annotations

import click

from harness.cli.store_option import store_option
from harness.cli.terminal import tell
from harness.record import Store


@click.command(short_help="Send what a store on another machine has refused before.")
@store_option
def push(store: str) -> None:
    """Send what waits on this machine to a store on another one, which couldn't be reached or refused."""
    kept = Store(store)
    sent = kept.push()
    for name in sent:
        click.echo(str(kept.place.where(name)))
    if not sent:
        tell(f"harness: nothing waits here for {kept.shown}.")
