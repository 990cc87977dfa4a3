"""`harness env`: environments, declared, locked, realized and verified; one module per command."""

from __future__ import annotations

import click

from harness.cli.commands import Commands

_COMMANDS = {
    "check": "harness.cli.env.check:check",
    "create": "harness.cli.env.create:create",
    "diff": "harness.cli.env.diff:diff",
    "export": "harness.cli.env.export:export",
    "lock": "harness.cli.env.lock:lock",
    "mirror": "harness.cli.env.mirror:mirror",
    "sbom": "harness.cli.env.sbom:sbom",
    "show": "harness.cli.env.show:show",
}


@click.group(cls=Commands, table=_COMMANDS)
def env() -> None:
    """Environments: declared, locked, realized and verified."""
