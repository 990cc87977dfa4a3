"""`harness store import`: a project brings its past along."""

from __future__ import annotations

import statistics
from pathlib import Path

import click

from harness.cli.store_option import store_option
from harness.cli.terminal import tell
from harness.record import Store
from harness.record.imports import read_files
from harness.report.quantity import counted


@click.command("import", short_help="Make records of other tools' files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@store_option
def import_files(files: tuple[Path, ...], store: str) -> None:
    """Make records of what pytest-benchmark (--benchmark-json, .benchmarks/), pyperf (-o) or asv (its results folder)
    have kept; whose file it is, is told by its content.

    Each has the tool's own date, commit and machine. They hold times, which are tracked as such, and no verdicts. A
    file that was imported before changes nothing.
    """
    kept = Store(store)
    made = 0
    for record in read_files(files, statistics.median):
        imported = record.imported
        if imported is None or kept.has(record.id):
            continue
        kept.write(record)
        made += 1
        count = sum(len(case.variants) for case in record.cases)
        click.echo(f"{record.id}  {imported.tool}  {imported.file}  {counted(count, 'benchmark', 'benchmarks')}")
        for remark in record.remarks:
            tell(f"harness: {imported.file}: {remark}")
    tell(
        f"harness: {counted(made, 'record', 'records')} made."
        if made
        else "harness: all of that is in the store already."
    )
