"""The option that says which store, the same for every command."""

from __future__ import annotations

import click

from harness.record.usual_store import USUAL_STORE

store_option = click.option(
    "--store",
    default=USUAL_STORE,
    show_default=True,
    metavar="ADDRESS",
    help="Where records are: a folder, or an address such as s3://bucket/path or sftp://host/path.",
)
