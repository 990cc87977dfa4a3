"""`harness env sbom`: what an environment is made of, for programs that look for vulnerable packages."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.output import write_new
from harness.environment.locks.sbom import bill_of


@click.command(short_help="Print the bill of materials of a lock.")
@click.argument("lock", metavar="ADDRESS|LOCK", default="base")
@click.option("--output", type=click.Path(dir_okay=False), help="Write it to this file, which must not be there yet.")
def sbom(lock: str, output: str | None) -> None:
    """Print the bill of materials of a lock (or of the lock of an address) in CycloneDX's JSON.

    The same lock gives the same bytes.
    """
    text = bill_of(lock, Path.cwd())
    if output is None:
        click.echo(text, nl=False)
        return
    write_new(Path(output), text)
    click.echo(output)
