"""`harness ci`: what runs in continuous integration, and what it shows there; one module per command."""

from __future__ import annotations

import click

from harness.cli.commands import Commands

_COMMANDS = {
    "init": "harness.cli.ci.init:init",
    "summary": "harness.cli.ci.summary:summary",
    "annotate": "harness.cli.ci.annotate:annotate",
}


@click.group(cls=Commands, table=_COMMANDS)
def ci() -> None:
    """Continuous integration: workflows, and what they show."""
