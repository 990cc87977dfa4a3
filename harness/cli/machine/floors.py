"""`harness machine floors`: which changes can be seen on this machine."""

from __future__ import annotations

import click
import msgspec

from harness.cli.codes import BROKEN_POLICY
from harness.cli.output import print_json
from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import show as print_for_people
from harness.judge.known_floors import known_floors
from harness.machine.digest import digest
from harness.machine.identity import machine as identity
from harness.report.noise import NoiseTable


@click.command(short_help="Print which changes can be seen here, by earlier runs.")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def floors(store: str, as_json: bool) -> int:
    """Print the noise that this machine has shown in the runs of a store, and the smallest changes seen above it.

    Damaged files are named, and the exit code is then 1.
    """
    machine = digest(identity())
    runs, damaged = store_to_read(store).variances_of(machine)
    known = known_floors(runs)
    if as_json:
        told = [{"path": str(each.path), "why": each.why} for each in damaged]
        print_json({"machine_digest": machine, "floors": msgspec.to_builtins(known), "damaged": told})
    else:
        print_for_people(NoiseTable(known, damaged))
    return BROKEN_POLICY if damaged else 0
