"""`harness calibrate`: how often the harness itself is wrong; one module per command."""

from __future__ import annotations

import click

from harness.cli.commands import Commands

_COMMANDS = {
    "verdicts": "harness.cli.calibrate.verdicts:verdicts",
    "coverage": "harness.cli.calibrate.coverage:coverage",
    "report": "harness.cli.calibrate.report:report",
    "history": "harness.cli.calibrate.history:history",
    "year": "harness.cli.calibrate.year:year",
    "neighbour": "harness.cli.calibrate.neighbour:neighbour",
}


@click.group(cls=Commands, table=_COMMANDS)
def calibrate() -> None:
    """Measure the harness itself under known noise."""
