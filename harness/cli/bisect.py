"""`harness bisect`: which package, or which commit, made the difference?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.codes import MISSING
from harness.cli.holding import machine_held
from harness.cli.measuring import (
    cores_option,
    debug_option,
    interrupted,
    keyword_option,
    quiet_option,
    scale_option,
    suites,
    threads_option,
    timeout_option,
    trace_of,
)
from harness.cli.output import print_json
from harness.cli.quantities import Duration
from harness.cli.store_option import store_option
from harness.cli.terminal import show
from harness.failure import HarnessError
from harness.machine.cores import chosen
from harness.nightly.bisect import BUDGET_S, Place, Wish, cut_bisection, go_on
from harness.nightly.bisect import bisect as find_culprit
from harness.record import Store
from harness.record.bisection import Bisection, Outcome, Trait
from harness.report.bisection import BisectionReport
from harness.report.progress import Progress


@click.command(short_help="Which package, or which commit, made the difference?")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--good", metavar="LOCK|REV", help="The end that is as it should be.")
@click.option("--bad", metavar="LOCK|REV", help="The end that is slower, faster, gives another answer, or doesn't run.")
@keyword_option
@click.option(
    "--measure",
    type=click.Choice([each.value for each in Trait]),
    default=Trait.TIME.value,
    show_default=True,
    help="What has changed: how long it takes, what it gives, or whether it runs at all.",
)
@click.option(
    "--env",
    "environment",
    metavar="ADDRESS",
    help="Between commits: the environment in which all of them run.  [default: base]",
)
@click.option(
    "--budget",
    "budget_s",
    type=Duration(),
    help="Time for all measured runs together, for example 10m.  [default: 10m]",
)
@scale_option
@cores_option
@threads_option
@timeout_option
@store_option
@click.option(
    "--resume",
    "resumed",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[ID]",
    help="Go on with a bisection that was cut: the latest, or the one of this id; --budget gives it another one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@quiet_option
@debug_option
def bisect(paths: tuple[str, ...], store: str, resumed: str | None, quiet: bool, debug: bool, **asked: Any) -> int:
    """Find which of the changes between --good and --bad made the suites in PATHS (default: benchmarks) slower, faster,
    give another answer, or fail.

    LOCK is a lock file, a name in envs/ (base, base@conda), a record (its lock), or the digest of a lock in the store.
    Mixes of both locks are made, some packages as in one and the others as in the other, which still solve; they are
    measured side by side with both ends, and narrowed down step by step. Where two packages are slower only together,
    both are named.

    REV is a commit, a tag or a branch; the commits along the first parents of --bad are what is between. One that
    doesn't run is skipped, and told. A name that is a lock and a branch too means the lock, and the branch as `:name`.

    The decisions have an error probability of 5 % together. The test in which the ends differ most clearly decides.

    Exit codes: 0 found, or nothing differs; 2 misuse, or an end that can't be had; 3 narrowed down only, or not
    measured; 130 interrupted, and how to go on.
    """
    as_json = asked.pop("as_json")
    kept = Store(store)
    earlier = cut_bisection(kept)
    with machine_held():
        try:
            with Progress(quiet=quiet or debug) as progress:
                place = Place(
                    store=kept,
                    folder=Path.cwd(),
                    say=progress.say,
                    watch=progress.update,
                    trace=trace_of(debug),
                )
                found = _found(paths, resumed, asked, place)
        except KeyboardInterrupt:
            return _interrupted(kept, resumed, earlier)
    if as_json:
        print_json(found)
    else:
        show(BisectionReport(found))
    incomplete = found.outcome is Outcome.NONE and found.missing
    return MISSING if found.outcome is Outcome.NARROWED or incomplete else 0


def _found(paths: tuple[str, ...], resumed: str | None, asked: dict[str, Any], place: Place) -> Bisection:
    if resumed is not None:
        if asked["good"] or asked["bad"] or paths:
            raise HarnessError("--resume goes on as it was begun: leave --good, --bad and the paths away.")
        return go_on(resumed, place, asked["budget_s"])
    if not asked["good"] or not asked["bad"]:
        raise HarnessError("name both ends: harness bisect --good LOCK --bad LOCK, or --good REV --bad REV.")
    cores = chosen(asked.pop("cores")) if asked["cores"] else None
    budget_s = asked.pop("budget_s") or BUDGET_S
    wished = {**asked, "cores": cores, "budget_s": budget_s, "measure": Trait(asked["measure"])}
    return find_culprit(Wish(paths=suites(paths), **wished), place)


def _interrupted(store: Store, resumed: str | None, earlier: str | None) -> int:
    cut = cut_bisection(store)
    return interrupted("bisect", None if resumed is None and cut == earlier else cut, store)
