"""`harness policy`: what runs that begin here are held to."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.output import print_json
from harness.cli.terminal import show
from harness.conduct.policy_file import policy_of
from harness.report.policy import PolicyReport


@click.command(short_help="Print the policy that holds in this folder.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def policy(as_json: bool) -> None:
    """Print what runs that begin in this folder are held to, and from which file that is.

    The policy is [tool.harness] of the nearest pyproject.toml that has one, from here upward to the top of the
    repository. A mistake in it is told with its line (exit code 2), and nothing has to be measured for that.
    """
    found = policy_of(Path.cwd())
    if as_json:
        print_json(found)
        return
    show(PolicyReport(found))
