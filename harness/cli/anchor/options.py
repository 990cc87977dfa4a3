"""What `anchor set` and `anchor move` have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.cli.terminal import tell
from harness.environment import names
from harness.nightly import Wish, described
from harness.record import Store
from harness.record.schema import Anchor

NEWEST = "newest"
BASE = "base"

WHY = click.option("--why", required=True, metavar="TEXT", help="For those who read the history later.")
ENVIRONMENT = click.option(
    "--env",
    "address",
    metavar="ADDRESS",
    help="The environment whose lock, as it is in that commit, belongs to the anchor: NAME[@wheels|conda|image]."
    "  [default: newest, or base]",
)
MIRROR = click.option(
    "--mirror",
    type=click.Path(file_okay=False, path_type=Path),
    help="Put all archives of the lock into this folder, so that the anchor can be made when an index has lost them: "
    "`harness nightly --mirror` takes them from there.",
)


def usual_address() -> str:
    """The environment of nights unless the user says: the one that is always solved anew, where there is one."""
    return NEWEST if NEWEST in names(Path.cwd()) else BASE


def keep(
    make: Callable[[Wish, Store, Path, Callable[[str], None]], Anchor], revision: str, store: str, **asked: Any
) -> None:
    """Make an anchor, and say what it is."""
    wish = Wish(
        revision=revision,
        why=asked["why"],
        address=asked["address"] or usual_address(),
        mirror=asked["mirror"].absolute() if asked["mirror"] else None,
    )
    made = make(wish, Store(store), Path.cwd(), tell)
    click.echo(f"{described(made)}: commit {made.commit[:12]} with lock {made.lock_digest[:12]}, kept in {store}")
