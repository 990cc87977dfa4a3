"""The option that says which store, the same for every command."""

from __future__ import annotations

import click

store_option = click.option(
    "--store",
    default="results",
    show_default=True,
    metavar="ADDRESS",
    help="Where records are: a folder, or an address such as s3://bucket/path or sftp://host/path.",
)
