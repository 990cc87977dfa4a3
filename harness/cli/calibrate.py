"""`harness calibrate`: how often the harness itself is wrong."""

from __future__ import annotations

import time
from pathlib import Path

import click
import msgspec

from harness.calibrate.bench import Trial, self_bench
from harness.calibrate.neighbour import effect
from harness.calibrate.noise import NOISES
from harness.calibrate.verdicts import Finding, appendable, kept, tally, trials
from harness.cli.codes import BROKEN_POLICY, INTERRUPTED
from harness.cli.terminal import tell
from harness.machine.lock import hold
from harness.report import Progress

QUICK_TRIALS = 200
QUICK_NOISE = "hog"
QUICK_LAUNCHES = 3
LAUNCHES = 6
MARGIN = 0.02
# With a true rate of 5 %, 200 trials have more than 16 alarms once in 42 calibrations (binomial).
ALLOWED_SHARE = 16 / 200
NEIGHBOUR_BLOCKS = 10
NEIGHBOUR_MAY_MOVE = 0.01


@click.group()
def calibrate() -> None:
    """Measure the harness itself under known noise."""


@calibrate.command(short_help="How often is a function called different from itself?")
@click.option("--quick", is_flag=True, help="Beside a CPU hog only, with few launches.")
@click.option(
    "--trials", "count", type=click.IntRange(1), default=QUICK_TRIALS, show_default=True, help="Trials in each noise."
)
@click.option("--noise", "noises", type=click.Choice(sorted(NOISES)), multiple=True, help="Only this noise.")
@click.option(
    "--launches", type=click.IntRange(3), help=f"Launches of a trial.  [default: {LAUNCHES}, quick {QUICK_LAUNCHES}]"
)
@click.option("--blocks", type=click.IntRange(1), default=10, show_default=True, help="Measured blocks of a launch.")
@click.option(
    "--file",
    type=click.Path(dir_okay=False),
    default="results/calibration.jsonl",
    show_default=True,
    help="Where findings are kept; trials that it has already are not run again.",
)
def verdicts(quick: bool, count: int, noises: tuple[str, ...], launches: int | None, blocks: int, file: str) -> int:
    """How often is a function of 10 ms called different from itself? Each trial has launches of its own.

    Exit code 1 if it is more than 16 of 200.
    """
    chosen = [QUICK_NOISE] if quick and not noises else list(noises) or sorted(NOISES)
    trial = Trial(launches=launches or (QUICK_LAUNCHES if quick else LAUNCHES), blocks=blocks)
    path = Path(file)
    try:
        with hold(), self_bench() as bench, Progress() as progress, appendable(path) as findings:
            began = time.monotonic()
            for noise in chosen:
                done = len(kept(path, noise, trial))

                def keep(finding: Finding) -> None:
                    findings.write(msgspec.json.encode(finding) + b"\n")

                numbers = range(done, count)
                for run, finding in enumerate(trials(bench, noise, trial, numbers, MARGIN, keep), start=1):
                    spent_s = time.monotonic() - began
                    left_s = spent_s / run * (len(numbers) - run)
                    progress.update(spent_s, left_s, f"{noise}: trial {finding.number + 1} of {count}")
    except KeyboardInterrupt:
        tell("harness: interrupted; the findings so far are kept. Give the same command again to go on.")
        return INTERRUPTED
    return _report(path, chosen, trial)


@calibrate.command(short_help="Does a heavy variant move the ratio of two others?")
@click.option("--launches", type=click.IntRange(3), default=10, show_default=True, help="Launches of each setting.")
def neighbour(launches: int) -> int:
    """Does a variant that touches 240 MB move the ratio of two others in its case? Exit code 1 if by more than 1 %."""
    began = time.monotonic()
    with hold(), self_bench() as bench, Progress() as progress:

        def tell_progress(done: int) -> None:
            spent_s = time.monotonic() - began
            progress.update(spent_s, spent_s / done * (launches - done), f"launch {done} of {launches}")

        found = effect(bench, launches, NEIGHBOUR_BLOCKS, tell_progress)
    for setting in (found.alone, found.crowded):
        interval = setting.interval
        click.echo(f"{setting.name:8} {setting.ratio:.3f} [{interval.low:.3f}, {interval.high:.3f}]")
    click.echo(f"The neighbour moves the ratio by {100 * found.beyond:.2f} % beyond the intervals.")
    return BROKEN_POLICY if found.beyond > NEIGHBOUR_MAY_MOVE else 0


def _report(path: Path, noises: list[str], trial: Trial) -> int:
    click.echo(f"A function of 10 ms against itself, {trial.launches} launches of {trial.blocks} blocks in each trial:")
    tallies = [tally(noise, kept(path, noise, trial)) for noise in noises]
    for each in tallies:
        share = each.different / each.trials
        click.echo(
            f"  {each.noise}: called different in {each.different} of {each.trials} trials ({100 * share:.1f} %), "
            f"by more than {100 * MARGIN:.0f} % in {each.beyond_margin}"
        )
    return BROKEN_POLICY if any(each.different > ALLOWED_SHARE * each.trials for each in tallies) else 0
