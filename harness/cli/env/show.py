"""`harness env show`: the software's part of an environment's fingerprint."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from harness.cli.output import print_json
from harness.cli.terminal import show as print_for_people
from harness.cli.terminal import tell
from harness.conduct.software import software_of
from harness.environment import create as realize
from harness.environment import verify
from harness.machine.digest import digest
from harness.report.fingerprint import FingerprintTable


@click.command(short_help="Print the software of an environment, as records have it.")
@click.argument("address", default="base")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def show(address: str, as_json: bool) -> None:
    """Print the software's part of the fingerprint of ADDRESS, as a probe inside it tells."""
    realized = realize(address, Path.cwd(), tell)
    verification = verify(realized)
    with tempfile.TemporaryDirectory(prefix="harness-") as room:
        software: dict[str, Any] = {**software_of(realized, Path(room)), "lock": realized.lock_digest}
    if as_json:
        told = {"software": software, "digest": digest(software), "verification": verification}
        print_json(told)
        return
    print_for_people(FingerprintTable(f"software of {address}: {verification.state}", software, digest(software)))
    for finding in verification.findings:
        click.echo(f"- {finding}")
