"""`harness calibrate neighbour`: whether a heavy variant moves the ratio of two others."""

from __future__ import annotations

import time

import click

from harness.calibrate.bench import self_bench
from harness.calibrate.neighbour import effect
from harness.cli.codes import BROKEN_POLICY
from harness.machine.lock import hold
from harness.report import Progress

_BLOCKS = 10
_MAY_MOVE = 0.01


@click.command(short_help="Does a heavy variant move the ratio of two others?")
@click.option("--launches", type=click.IntRange(3), default=10, show_default=True, help="Launches of each setting.")
def neighbour(launches: int) -> int:
    """Does a variant that touches 240 MB move the ratio of two others in its case? Exit code 1 if by more than 1 %."""
    began = time.monotonic()
    with hold(), self_bench() as bench, Progress() as progress:

        def tell_progress(done: int) -> None:
            spent_s = time.monotonic() - began
            progress.update(spent_s, spent_s / done * (launches - done), f"launch {done} of {launches}")

        found = effect(bench, launches, _BLOCKS, tell_progress)
    for setting in (found.alone, found.crowded):
        interval = setting.interval
        click.echo(f"{setting.name:8} {setting.ratio:.3f} [{interval.low:.3f}, {interval.high:.3f}]")
    click.echo(f"The neighbour moves the ratio by {100 * found.beyond:.2f} % beyond the intervals.")
    return BROKEN_POLICY if found.beyond > _MAY_MOVE else 0
