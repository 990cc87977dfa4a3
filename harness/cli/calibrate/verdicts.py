"""`harness calibrate verdicts`: how often the verdicts are wrong, for real."""

from __future__ import annotations

import time
from pathlib import Path

import click

from harness.calibrate.agenda import HARNESS
from harness.calibrate.experiments import CHANGED, EXPERIMENTS, TWIN
from harness.calibrate.findings import Findings, HarnessTrial, PeerTrial, appendable, read
from harness.calibrate.noise import NOISES
from harness.calibrate.tally import alarms, different, most_alarms, share
from harness.calibrate.verdicts import Asking, Step, calibrate, kind_of, kinds, made, unable
from harness.cli.codes import BROKEN_POLICY, INTERRUPTED
from harness.cli.holding import machine_held
from harness.cli.quantities import Duration
from harness.cli.terminal import tell
from harness.environment import default_address
from harness.report.calibration.figures import Share
from harness.report.progress import Progress

_QUICK_EXPERIMENT, _QUICK_NOISE, _QUICK_TRIALS = "same", "hog", 40


@click.command(short_help="How often are verdicts wrong under known noise?")
@click.option("--quick", is_flag=True, help=f"{_QUICK_TRIALS} trials of a function against itself, beside a CPU hog.")
@click.option("--noise", "noises", type=click.Choice(list(NOISES)), multiple=True, help="Only this noise.")
@click.option(
    "--experiment", "names", type=click.Choice(list(EXPERIMENTS)), multiple=True, help="Only this experiment."
)
@click.option(
    "--trials", "count", type=click.IntRange(1), help="Trials of each experiment in each noise.  [default: its own]"
)
@click.option("--trial", "trial_s", type=Duration(), help="The budget of a trial.  [default: the experiment's own]")
@click.option(
    "--launches", type=click.IntRange(3), help="A plan of so many launches, fixed beforehand, without early stopping."
)
@click.option("--peers", is_flag=True, help="Other benchmark tools, too, in the same noise, on the same function.")
@click.option("--env", "address", metavar="ADDRESS", help="Where the measured code runs.  [default: base]")
@click.option("--budget", "budget_s", type=Duration(), help="Stop cleanly after this time, for example 30m.")
@click.option(
    "--file",
    type=click.Path(dir_okay=False),
    default="results/calibration.jsonl",
    show_default=True,
    help="Where findings are kept; trials that it has already are not made again.",
)
def verdicts(
    quick: bool,
    noises: tuple[str, ...],
    names: tuple[str, ...],
    count: int | None,
    trial_s: float | None,
    launches: int | None,
    peers: bool,
    address: str | None,
    budget_s: float | None,
    file: str,
) -> int:
    """How often is a function of 10 ms called different from itself, and how often is a real change seen?

    Each trial is a run with launches of its own, stopped early as every run is, beside a known noise. It can be cut at
    any moment: the same command goes on. `harness calibrate report` makes a page with plots of what was found.

    Exit code 1 if there are more false alarms than 5 % explain (24 of 300).
    """
    if quick:
        names, noises, count = names or (_QUICK_EXPERIMENT,), noises or (_QUICK_NOISE,), count or _QUICK_TRIALS
    own = [name for name, experiment in EXPERIMENTS.items() if peers or not experiment.peers]
    chosen = dict.fromkeys(names or own, count)
    asking = Asking(
        wanted=dict(kinds(chosen, list(noises or NOISES))),
        trial_s={name: trial_s or EXPERIMENTS[name].budget_s for name in EXPERIMENTS},
        launches=launches,
        address=address or default_address(Path.cwd()),
        budget_s=budget_s or float("inf"),
    )
    if not asking.wanted:
        raise click.UsageError("none of these experiments is made in any of these noises.")
    path = Path(file)
    try:
        with machine_held(), appendable(path) as (before, keeper), Progress() as progress:
            began_s = time.monotonic()

            def tell_step(step: Step) -> None:
                kind = step.next
                what = f"trial {step.done + 1} of {step.wanted}: {kind.experiment}, {kind.noise}, {kind.tool}"
                progress.update(time.monotonic() - began_s, step.left_s, what)

            complete = calibrate(asking, before, keeper, tell_step)
    except KeyboardInterrupt:
        tell(f"harness: interrupted; {path} has all trials so far. Give the same command again to go on.")
        return INTERRUPTED
    code = _report(asking, read([path]))
    if not complete:
        tell(f"harness: the budget is spent; {path} has all trials so far. Give the same command again to go on.")
    return code


def _report(asking: Asking, findings: Findings) -> int:
    trials, without = made(asking, findings), unable(asking, findings)
    broken = False
    for kind in asking.wanted:
        mine = [trial for trial in trials if kind_of(trial) == kind]
        peers = [trial for trial in mine if isinstance(trial, PeerTrial)]
        found = share(sum(trial.slower or trial.faster for trial in peers), len(peers))
        if kind.tool == HARNESS:
            own = [trial for trial in mine if isinstance(trial, HarnessTrial)]
            found, seen = alarms(own, TWIN), different(own, CHANGED)
            broken |= found.count > most_alarms(found.trials)
            count = sum(kind_of(trial) == kind for trial in without)
            if count:
                click.echo(
                    f"{kind.experiment}, {kind.noise}: {count} more trials had fewer than three launches, which can "
                    "call nothing different: the machine is too busy for their budget. They are made again next time."
                )
            if seen.trials:
                click.echo(f"{kind.experiment}, {kind.noise}: the change was seen in {_in_words(seen)}")
        click.echo(f"{kind.experiment}, {kind.noise}, {kind.tool}: called different from itself in {_in_words(found)}")
    return BROKEN_POLICY if broken else 0


def _in_words(share: Share) -> str:
    return (
        f"{share.count} of {share.trials} trials ({100 * share.estimate:.1f} %, "
        f"95 % interval {100 * share.low:.1f} to {100 * share.high:.1f} %)"
    )
