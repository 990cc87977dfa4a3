"""`harness machine show`: the machine's part of the fingerprint."""

from __future__ import annotations

import click

from harness.cli.terminal import show as print_for_people
from harness.machine.digest import digest
from harness.machine.identity import machine as identity
from harness.machine.state import state
from harness.report.fingerprint import FingerprintTable


@click.command(short_help="Print what this machine is, and its state.")
def show() -> None:
    """Print the machine's part of the fingerprint, and its state, which is recorded and never hashed."""
    fields = identity()
    print_for_people(FingerprintTable("machine", fields, digest(fields)))
    print_for_people(FingerprintTable("state (not part of the digest)", state()))
