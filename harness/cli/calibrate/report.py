"""`harness calibrate report`: the page and the pictures of what calibrations have found."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from harness import whole_file
from harness.calibrate.summary import summary
from harness.failure import HarnessError
from harness.report.calibration import page, pictures


@click.command(short_help="Make a page with plots of what calibrations have found.")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--out", type=click.Path(dir_okay=False), help="Write the page here, and the plots beside it.")
def report(files: tuple[str, ...], out: str | None) -> None:
    """Make a page with plots of what is in FILES (of `harness calibrate verdicts --file` and `coverage --file`).

    Without --out the page is printed, without plots. A page that is there already is replaced.
    """
    found = summary([Path(file) for file in files])
    command = shlex.join(["harness", "calibrate", "report", *files, *(["--out", out] if out else [])])
    if out is None:
        click.echo(page(found, {}, command), nl=False)
        return
    target = Path(out)
    drawn = pictures(found, target.with_suffix(""))
    text = page(found, {name: path.relative_to(target.parent).as_posix() for name, path in drawn.items()}, command)
    try:
        whole_file.replace(target, text.encode())
    except OSError as fault:
        raise HarnessError(f"{target} cannot be written: {fault.strerror or fault}.") from fault
    click.echo(out)
