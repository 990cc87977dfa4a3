"""`harness env check`: is everything consistent that is declared, locked and generated?"""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.output import print_json
from harness.environment.locks.check import Checked
from harness.environment.locks.check import check as check_project
from harness.failure import HarnessError


@click.command(short_help="Is all that is declared locked and in line?")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def check(as_json: bool) -> int:
    """Check that all that is declared is locked and in line; without network and solver, in less than a second.

    Prints a line for each inconsistency, and exits with 1 if there is any, with 2 if a file can't be read.
    """
    checked = check_project(Path.cwd())
    if as_json:
        print_json(checked)
    else:
        _print(checked)
    if checked.unreadable:
        return HarnessError.exit_code
    return BROKEN_POLICY if checked.findings else 0


def _print(checked: Checked) -> None:
    for finding in checked.findings:
        click.echo(str(finding))
    for reason in checked.unreadable:
        click.echo(f"harness: {reason}", err=True)
    locks = "1 lock" if checked.locks == 1 else f"{checked.locks} locks"
    looked = f"{locks} with {checked.packages} entries"
    if checked.findings:
        count = len(checked.findings)
        told = f"{count} inconsistencies" if count > 1 else "1 inconsistency"
        click.echo(f"{told} in {looked}. `harness env lock` makes locks anew.", err=True)
    elif not checked.unreadable:
        click.echo(f"consistent: {looked}.")
