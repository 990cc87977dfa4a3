"""`harness bundle`: a record with all that it takes to reproduce it, in one file."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import tell
from harness.report.quantity import counted, size
from harness.reproduce.make import make_bundle


@click.command(short_help="Write a record and all it takes to reproduce it into one file.")
@click.argument("record")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_option
def bundle(record: str, file: Path, store: str) -> None:
    """Write RECORD (an id, a file or an address) with its locks, sources, samples and plots into FILE (.zip).

    The file is an RO-Crate: it can be deposited as it is, has a page for artifact evaluation (ARTIFACT.md), and is all
    that `harness reproduce FILE` needs, on a machine that has never seen the project.

    Call it in the repository of the suites: of their code, the bundle takes what git tracks.
    """
    written = make_bundle(record, file, store_to_read(store), Path.cwd(), tell)
    told = "is there already, the same" if written.unchanged else "written"
    click.echo(f"{written.path}: {told}: {counted(written.files, 'file', 'files')}, {size(written.size_bytes)}")
