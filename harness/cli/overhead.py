"""`harness overhead`: what the harness itself costs."""

from __future__ import annotations

import click

from harness.calibrate.bench import self_bench
from harness.calibrate.overhead import lines, peers
from harness.machine.lock import hold


@click.command(short_help="Measure what a turn and a launch cost.")
def overhead() -> None:
    """Measure, line by line, what a turn and a launch cost beyond the measured function; then peers, likewise."""
    with hold():
        with self_bench() as bench:
            for cost in lines(bench):
                click.echo(f"{1e6 * cost.cost_s:12,.1f} µs  {cost.name}")
        for cost in peers():
            click.echo(f"{1e6 * cost.cost_s:12,.1f} µs  {cost.name}")
