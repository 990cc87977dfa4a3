"""`harness calibrate coverage`: how often the intervals hold the truth, in simulation."""

from __future__ import annotations

from pathlib import Path

import click

from harness.calibrate.coverage import FIXED_MAY, STOPPED_MAY, TRIALS
from harness.calibrate.coverage import coverage as simulate
from harness.calibrate.findings import appendable
from harness.cli.codes import BROKEN_POLICY


@click.command(short_help="How often do intervals hold the truth, in simulation?")
@click.option("--trials", type=click.IntRange(100), default=TRIALS, show_default=True, help="Trials of each kind.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--file", type=click.Path(dir_okay=False), help="Keep it here, for `harness calibrate report`.")
def coverage(trials: int, seed: int, file: str | None) -> int:
    """How often do the 95 % intervals hold the true ratio, over the kinds of noise that launches and turns show?

    In simulation, seeded, within a minute. `fixed` is the interval of a plan that was fixed beforehand, `stopped` the
    one of a plan that may stop early, for three true ratios. Exit code 1 if a fixed one holds it in less than 94 or
    more than 97 of 100 trials, or a stopped one in less than 94.
    """
    click.echo(f"{'noise':33} {'launches':>8} {'fixed':>7}   stopped, true ratio 1, 1.05, 2")
    broken = False
    found_all = []
    for found in simulate(seed, trials):
        found_all.append(found)
        stopped = "  ".join(f"{100 * share:.1f} %" for share in found.stopped.values())
        click.echo(f"{found.model:33} {found.launches:8} {100 * found.fixed:5.1f} %   {stopped}")
        low, high = FIXED_MAY
        broken |= not low <= found.fixed <= high or min(found.stopped.values()) < STOPPED_MAY
    if file is not None:
        with appendable(Path(file)) as (_, keeper):
            for found in found_all:
                keeper.keep(found)
    return BROKEN_POLICY if broken else 0
