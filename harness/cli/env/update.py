"""`harness env update`: newer versions of some packages, all else as it is."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.env.lock import CHANNEL, show
from harness.cli.terminal import tell
from harness.environment import Wish, lock_names, make_locks


@click.command(short_help="Take newer versions of packages into a lock.")
@click.argument("packages", nargs=-1, required=True, metavar="[NAME] PACKAGE...")
@CHANNEL
def update(packages: tuple[str, ...], channels: tuple[str, ...]) -> None:
    """Take the newest versions of PACKAGE that fit, in the lock NAME or in all; what else still satisfies stays.

    The first word is NAME if it names a lock and a package follows.
    """
    root = Path.cwd()
    is_named = len(packages) > 1 and packages[0] in lock_names(root)
    names, updated = (packages[:1], packages[1:]) if is_named else ((), packages)
    for made in make_locks(root, names, wish=Wish(channels=channels, update=updated), progress=tell):
        show(made)
