"""`harness plot`: a run in one picture."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.store_option import store_option, store_to_read
from harness.report.plot import plot as draw


@click.command(short_help="Draw the curves and ratios of a record in one picture.")
@click.argument("record")
@click.argument("file", type=click.Path())
@store_option
def plot(record: str, file: str, store: str) -> None:
    """Draw the curves and ratios of RECORD with their intervals and limits into FILE (.png, .svg or .pdf).

    An earlier picture of that name is replaced, which is said; any other file stays as it is.
    """
    there = Path(file).exists()
    drawn = draw(store_to_read(store).read(record), file)
    click.echo(f"{drawn} (in place of an earlier picture)" if there else drawn)
