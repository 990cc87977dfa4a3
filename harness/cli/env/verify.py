"""`harness env verify`: is an environment what its lock says, down to the file?"""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.output import print_json
from harness.environment import Realized, find, parse_address
from harness.environment import verify as verify_environment
from harness.failure import HarnessError
from harness.record.schema import Verification
from harness.report.plain import line as clean

MOST_PRINTED = 20


@click.command(short_help="Is an environment its lock, down to the file?")
@click.argument("address", default="base")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with the first 200 findings.")
def verify(address: str, as_json: bool) -> int:
    """Compare the environment of ADDRESS (or in that folder) with its lock, and each file with what was installed.

    Prints a line for each difference, and exits with 1 if there is any. Nothing is made, and no network is needed.
    """
    realized = find(parse_address(address, Path.cwd()))
    if realized is None:
        raise HarnessError(f"{address}: this environment isn't made. Make it: harness env create {address}")
    if realized.lock_digest is None:
        raise HarnessError(f"{address}: no lock says what this environment should hold, so it can't be verified.")
    verification = verify_environment(realized)
    if as_json:
        told = {"address": address, "prefix": realized.prefix, "lock_digest": realized.lock_digest}
        print_json({**told, "verification": verification})
    else:
        _print(address, realized, verification)
    return BROKEN_POLICY if verification.findings else 0


def _print(address: str, realized: Realized, verification: Verification) -> None:
    compared = f"{verification.packages} packages, {verification.files} files"
    click.echo(f"{verification.state}: {address}, lock {str(realized.lock_digest)[:12]}, {compared}")
    for finding in verification.findings[:MOST_PRINTED]:
        click.echo(f"- {clean(finding)}")
    more = len(verification.findings) + verification.unlisted - MOST_PRINTED
    if more > 0:
        click.echo(f"- and {more} more")
