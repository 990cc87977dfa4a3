"""`harness calibrate history`: how often history is wrong, beside other detectors of change points."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import click

from harness import whole_file
from harness.calibrate.findings import appendable, read
from harness.calibrate.history import DETECTORS, Asking, Kind, Step, calibrate, made_up, of_twins, summary
from harness.cli.codes import BROKEN_POLICY, INTERRUPTED
from harness.cli.quantities import Duration
from harness.cli.terminal import tell
from harness.failure import HarnessError
from harness.report.calibration.history_page import page
from harness.report.progress import Progress

_FILE = "results/history-calibration.jsonl"
_TWINS = "docs/calibration/findings.jsonl"


@click.command(short_help="How often is history wrong, beside other detectors?")
@click.option("--trials", type=click.IntRange(0), default=1000, show_default=True, help="Series of each kind.")
@click.option(
    "--peer-trials", type=click.IntRange(0), default=100, show_default=True, help="Of these, for other detectors."
)
@click.option("--years", type=click.IntRange(0), default=50, show_default=True, help="Simulated years.")
@click.option("--nights", type=click.IntRange(30), default=365, show_default=True, help="Of a year.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--twins",
    default=_TWINS,
    show_default=True,
    type=click.Path(dir_okay=False),
    help="Real trials of identical code, as `harness calibrate verdicts` keeps them.",
)
@click.option("--detector", "names", type=click.Choice(DETECTORS), multiple=True, help="Only this one.  [default: all]")
@click.option("--budget", "budget_s", type=Duration(), help="Stop cleanly after this time, for example 30m.")
@click.option("--file", default=_FILE, show_default=True, type=click.Path(dir_okay=False), help="Keeps findings.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write the page here instead of printing it.")
def history(
    trials: int,
    peer_trials: int,
    years: int,
    nights: int,
    seed: int,
    twins: str,
    names: tuple[str, ...],
    budget_s: float | None,
    file: str,
    out: str | None,
) -> int:
    """How often does history tell of changes that are none, and how soon of real ones?

    On made-up series and on series of real trials of identical code, beside otava, ruptures and asv (in an environment
    of their own, made from its lock), and over simulated years with planted changes. Nothing is measured. It can be cut
    at any moment: the same command goes on.

    Exit code 1 if what history is held to doesn't hold.
    """
    asking = Asking(
        kinds=[*made_up(), *_twins(twins)],
        seed=seed,
        trials=trials,
        peer_trials=min(peer_trials, trials),
        years=years,
        nights=nights,
        detectors=names or DETECTORS,
        budget_s=budget_s or float("inf"),
    )
    path = Path(file)
    try:
        with appendable(path) as (before, keeper), Progress() as progress:
            began_s = time.monotonic()

            def tell_step(step: Step) -> None:
                progress.update(
                    time.monotonic() - began_s, step.left_s, f"{step.done + 1} of {step.wanted}: {step.next}"
                )

            complete = calibrate(asking, before, keeper, Path.cwd(), tell_step, progress.say)
    except KeyboardInterrupt:
        tell(f"harness: interrupted; {path} has all that was found so far. Give the same command again to go on.")
        return INTERRUPTED
    found = summary(read([path]))
    _print(page(found, _command(file, twins, out)), out)
    if not complete:
        tell(f"harness: the budget is spent; {path} has what was found so far. Give the same command again to go on.")
    return BROKEN_POLICY if any(met is False for _, _, met in found.demands) else 0


def _twins(path: str) -> list[Kind]:
    """Kinds of real trials; without any where the usual file isn't there, as outside of the project."""
    if path == _TWINS and not Path(path).exists():
        tell(f"harness: {path} isn't here, so no series of real trials are drawn. --twins names such a file.")
        return []
    return of_twins(read([Path(path)]).harness)


def _command(file: str, twins: str, out: str | None) -> str:
    return shlex.join(
        [
            "harness",
            "calibrate",
            "history",
            *(["--file", file] if file != _FILE else []),
            *(["--twins", twins] if twins != _TWINS else []),
            *(["--out", out] if out else []),
        ]
    )


def _print(text: str, out: str | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        whole_file.replace(Path(out), text.encode())
    except OSError as fault:
        raise HarnessError(f"{out} cannot be written: {fault.strerror or fault}.") from fault
    click.echo(out)
