"""`harness reproduce`: does a recorded result hold?"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click
import msgspec

from harness.cli.codes import BROKEN_POLICY, INTERRUPTED, MISSING, OTHER_SPEED_UPS
from harness.cli.holding import machine_held
from harness.cli.measuring import debug_option, quiet_option, trace_of
from harness.cli.output import print_json
from harness.cli.quantities import Duration, Share
from harness.cli.store_option import store_option
from harness.cli.terminal import show, tell
from harness.failure import HarnessError
from harness.judge.reproduction import Outcome
from harness.record import Store
from harness.report.progress import Progress
from harness.report.reproduction import ReproductionReport
from harness.reproduce.published import published
from harness.reproduce.replay import Reproduced, Wish, Workplace, cut_reproduction
from harness.reproduce.replay import reproduce as run_again

_CODES = {
    Outcome.REPRODUCED: 0,
    Outcome.OTHER_SPEED_UPS: OTHER_SPEED_UPS,
    Outcome.NOT_REPRODUCED: BROKEN_POLICY,
    Outcome.NOT_MEASURED: MISSING,
}


@click.command(short_help="Run a record's plan again: does its result hold?")
@click.argument("record")
@click.option(
    "--expect",
    type=click.Choice(["same", "speedups"]),
    default="speedups",
    show_default=True,
    help="What has to hold: the same answers only, or the speed-ups too.",
)
@click.option(
    "--env",
    "address",
    metavar="ADDRESS",
    help="Another environment than the recorded one, as for `harness run`: base@image, live, ...",
)
@click.option(
    "--here", is_flag=True, help="With the code as it lies here, whatever it is, instead of the recorded one."
)
@click.option(
    "--margin",
    type=Share(),
    help="By how much a ratio may change and still be the same.  [default: 10%, or the recorded margin of a case where "
    "its policy has a wider one]",
)
@click.option("--budget", "budget_s", type=Duration(), help="Measuring time.  [default: as recorded]")
@store_option
@click.option("--resume", "resumed", is_flag=True, help="Go on with a reproduction of this record that was cut.")
@click.option("--json", "as_json", is_flag=True, help="Print the judgement as JSON.")
@quiet_option
@debug_option
def reproduce(record: str, store: str, expect: str, as_json: bool, quiet: bool, debug: bool, **asked: Any) -> int:
    """Run the plan of RECORD again, with its code in its environment, and say whether the result holds.

    RECORD is an id in the store, a file, a bundle (see `harness bundle`) or an address of one (https://, s3://, ...).
    Its code is taken from the bundle, or from the git repository in which this is called; its environment is made from
    the lock that it names. The new run is a record of its own in the store.

    Exit codes: 0 reproduced; 4 reproduced with other speed-ups (0 with --expect same); 1 not reproduced, because of
    another answer, an environment that is not its lock, or counters that changed where the recorded policy fails a run
    against another for that; 3 not all was measured.
    """
    kept = Store(store)
    wish = Wish(**asked)
    with machine_held():
        known, earlier = "", None
        try:
            with Progress(quiet=quiet or debug) as progress, published(record, kept, progress.say) as found:
                known = found.record.id
                earlier = None if wish.resumed else _cut(kept, known)
                place = Workplace(
                    store=kept,
                    folder=Path.cwd(),
                    say=progress.say,
                    watch=progress.update,
                    trace=trace_of(debug),
                )
                reproduced = run_again(found, wish, place)
        except KeyboardInterrupt:
            if _cut(kept, known) in {None, earlier}:
                tell("harness: interrupted before anything was measured.")
                return INTERRUPTED
            return _interrupted(kept, record, {**asked, "expect": expect})
    answers_only = expect == "same"
    _print(reproduced, answers_only, as_json)
    outcome = reproduced.judged.outcome
    return 0 if answers_only and outcome is Outcome.OTHER_SPEED_UPS else _CODES[outcome]


def _print(reproduced: Reproduced, answers_only: bool, as_json: bool) -> None:
    if as_json:
        told = {
            "record": reproduced.recorded.id,
            "reproduction": reproduced.now.id,
            "differences": reproduced.differences,
            "remarks": reproduced.remarks,
            **msgspec.to_builtins(reproduced.judged),
        }
        print_json(told)
        return
    show(
        ReproductionReport(
            reproduced.recorded,
            reproduced.now,
            reproduced.judged,
            differences=reproduced.differences,
            remarks=reproduced.remarks,
            answers_only=answers_only,
        )
    )


def _cut(store: Store, record: str) -> str | None:
    """The latest reproduction of a record that was cut, if there is one. record: its id; empty before it is known."""
    try:
        return cut_reproduction(store, record)
    except HarnessError:
        return None


def _interrupted(store: Store, record: str, asked: dict[str, Any]) -> int:
    """record: as the user named it."""
    options = ["--resume", "--store", store.shown]
    options += ["--env", asked["address"]] if asked["address"] else []
    options += ["--here"] if asked["here"] else []
    options += ["--expect", asked["expect"]]
    options += ["--margin", str(asked["margin"])] if asked["margin"] is not None else []
    command = shlex.join(["harness", "reproduce", record, *options])
    tell(f"harness: interrupted; what was measured is kept. Go on with:\n{command}")
    return INTERRUPTED
