"""The option that says which store, the same for every command; and the store of those that only read."""

from __future__ import annotations

import click

from harness.failure import HarnessError
from harness.record import Store
from harness.record.usual_store import USUAL_STORE, in_store

store_option = click.option(
    "--store",
    default=USUAL_STORE,
    show_default=True,
    metavar="ADDRESS",
    help="Where records are: a folder, or an address such as s3://bucket/path or sftp://host/path.",
)


def show_command(run: str, store: Store) -> str:
    """The command that prints a record of a store."""
    return in_store(f"harness show {run}", store.shown)


def store_to_read(address: str) -> Store:
    """The store at an address, for a command that makes none.

    Raises HarnessError where there is none; but the default, which a new project doesn't have yet, is an empty one.
    """
    store = Store(address)
    if address != USUAL_STORE and not store.is_there():
        raise HarnessError(
            f"there is no store at {store.shown}. Mend the path; `harness run --store {store.shown}` makes one there."
        )
    return store
