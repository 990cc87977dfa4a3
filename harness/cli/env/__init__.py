"""`harness env`: environments, declared, locked, realized and verified; one module per command."""

from __future__ import annotations

import click

from harness.cli.commands import Commands

_COMMANDS = {
    "check": "harness.cli.env.check:check",
    "create": "harness.cli.env.create:create",
    "diff": "harness.cli.env.diff:diff",
    "export": "harness.cli.env.export:export",
    "list": "harness.cli.env.list:list_environments",
    "lock": "harness.cli.env.lock:lock",
    "mirror": "harness.cli.env.mirror:mirror",
    "remove": "harness.cli.env.remove:remove",
    "sbom": "harness.cli.env.sbom:sbom",
    "show": "harness.cli.env.show:show",
    "update": "harness.cli.env.update:update",
    "verify": "harness.cli.env.verify:verify",
}


@click.group(cls=Commands, table=_COMMANDS)
def env() -> None:
    """Environments: declared, locked, realized and verified."""
