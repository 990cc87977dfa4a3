"""`harness run`: measure suites in lockstep and record the run."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from harness.cli.codes import BROKEN_POLICY, MISSING
from harness.cli.holding import machine_held
from harness.cli.measuring import (
    BUDGET_S,
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
from harness.cli.quantities import CorePrice, Duration, Share
from harness.cli.store_option import show_command, store_option
from harness.cli.terminal import show, tell
from harness.conduct import Surroundings, measure, resume, settle, unfinished
from harness.conduct.fold import beginning
from harness.conduct.policy_file import policy_of
from harness.environment import default_address, parse_code_address
from harness.failure import HarnessError
from harness.machine.code import place_in_repository
from harness.machine.cores import available, chosen
from harness.record import Store
from harness.record.schema import Failing, Plan, Record
from harness.report.policy import in_words
from harness.report.progress import Progress
from harness.report.run import RunReport


@click.command(short_help="Measure suites in lockstep, print tables, record the run.")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--env",
    "address",
    metavar="ADDRESS",
    help="Where the measured code runs: NAME[@wheels|conda|image], a path to a Python, or 'live'; ':REV' behind it "
    "names a commit of the code.  [default: base]",
)
@click.option(
    "--against",
    metavar="ADDRESS",
    multiple=True,
    help="Run each test in this environment too, and tell what differs from --env. May be given again.",
)
@keyword_option
@scale_option
@click.option(
    "--budget",
    "budget_s",
    type=Duration(),
    help="Measuring time, for example 90s, 5m, 1h.  [default: 220s, 1h, 8h by scale]",
)
@click.option(
    "--launches",
    type=click.IntRange(1, 1000),
    help="Exactly so many launches of each case, if the budget allows: a fixed plan, looked at once, at its end.",
)
@click.option(
    "--precision",
    type=Share(),
    default=0.02,
    show_default="2%",
    help="Half-width of the interval at which a ratio is known well enough; a case ends at the look that finds it so.",
)
@cores_option
@threads_option
@timeout_option
@click.option(
    "--price",
    type=CorePrice(),
    help="What a core costs for an hour, for example 0.05 or '0.05 EUR': tells what an answer costs.",
)
@store_option
@click.option("--seed", type=click.IntRange(0), help="Seed of the order of turns.  [default: drawn, and recorded]")
@click.option(
    "--resume",
    "resumed",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[RUN]",
    help="Go on with an interrupted run: the latest, or the one of this id; --budget gives it another one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON instead of tables.")
@quiet_option
@debug_option
def run(paths: tuple[str, ...], store: str, resumed: str | None, quiet: bool, debug: bool, **asked: Any) -> int:
    """Measure the suites in PATHS (default: benchmarks) in lockstep, print a table for each case, record the run.

    Every variant is held ready in a process of its own; they take turns in random order, in fresh processes again and
    again, until the ratios are known well enough or the budget is spent. Each case is looked at up to five times, and
    its interval holds at whichever look it ends. A run that is cut goes on with --resume.

    With --against the environments are what is compared: every test runs in each, side by side, and the table has its
    time in the other one over that in --env. `--env live:main --against live:HEAD` compares two commits.

    One run at a time measures on a machine; a second one waits. Runs with different files in the variable HARNESS_LOCK
    don't wait for each other.

    What makes a run fail, and by how much times may differ, is the policy in pyproject.toml ([tool.harness], see
    docs/policy.md); without one, an environment that is not its lock, and what was not measured.

    Exit codes: 0 measured; 1 the policy is broken; 3 not all was measured.
    """
    as_json = asked.pop("as_json")
    trace = trace_of(debug)
    kept = Store(store)
    earlier = _unfinished(kept, None) if resumed is None else None
    with machine_held():
        try:
            with Progress(quiet=quiet or debug) as progress:
                record = _record(paths, kept, resumed, asked, progress, trace)
        except KeyboardInterrupt:
            return _interrupted(kept, resumed, earlier)
    _print(record, kept, as_json)
    return _code(record)


def _record(
    paths: tuple[str, ...], store: Store, resumed: str | None, asked: dict[str, Any], progress: Progress, trace: Any
) -> Record:
    def around(addresses: Sequence[str], commits: Mapping[str, str | None]) -> Surroundings:
        folder = Path.cwd()
        parsed = [parse_code_address(address, folder) for address in addresses]
        sites = tuple(settle(address, folder, progress.say, commits.get(address.text)) for address in parsed)
        return Surroundings(store=store, sites=sites, folder=folder, watch=progress.update, trace=trace)

    if resumed is not None:
        events = unfinished(store, resumed or None)
        begun = beginning(events)
        if begun.plan.reproduces is not None:
            raise HarnessError(
                f"{begun.run}: this run reproduces {begun.plan.reproduces}. Go on with it by the command that began "
                "it, and --resume: harness reproduce RECORD --resume."
            )
        if begun.plan.night is not None or begun.plan.blames is not None:
            raise HarnessError(
                f"{begun.run}: this run is a night's. Go on with it by the command that began it: harness nightly"
            )
        environments = [begun.environment, *begun.against]
        commits = {environment.address: environment.commit for environment in environments}
        return resume(events, asked["budget_s"], around(list(commits), commits))
    return measure(_plan(paths, asked), around(_addresses(asked), {}))


def _plan(paths: tuple[str, ...], asked: dict[str, Any]) -> Plan:
    cores = chosen(asked["cores"]) if asked["cores"] else available()
    policy = policy_of(Path.cwd())
    return Plan(
        paths=suites(paths),
        keyword=asked["keyword"],
        scale=asked["scale"],
        budget_s=asked["budget_s"] or BUDGET_S[asked["scale"]],
        launches=asked["launches"],
        precision=asked["precision"],
        margin=policy.margin,
        cores=cores,
        threads=asked["threads"] or len(cores),
        seed=asked["seed"] if asked["seed"] is not None else secrets.randbelow(2**32),
        timeout_s=asked["timeout_s"],
        policy=policy,
        folder=place_in_repository(Path.cwd()),
        price=asked["price"],
    )


def _addresses(asked: Mapping[str, Any]) -> list[str]:
    addresses = [asked["address"] or default_address(Path.cwd()), *asked["against"]]
    twice = next((address for address in addresses if addresses.count(address) > 1), None)
    if twice is not None:
        raise HarnessError(
            f"--against {twice}: this environment is named twice, and has nothing to be compared with. How much a test "
            "differs from itself is told by the twin that every run has."
        )
    return addresses


def _print(record: Record, store: Store, as_json: bool) -> None:
    if as_json:
        print_json(record)
        for breach in record.breaches:
            tell(f"harness: the policy is broken: {in_words(breach)}")
        return
    show(RunReport(record, again=show_command(record.id, store)))


def _code(record: Record) -> int:
    broken = {breach.rule for breach in record.breaches}
    if Failing.NOT_MEASURED in broken:
        return MISSING
    return BROKEN_POLICY if broken else 0


def _interrupted(store: Store, resumed: str | None, earlier: str | None) -> int:
    """earlier: the run that could be resumed before this one began, and is another one."""
    run_id = _unfinished(store, resumed)
    return interrupted("run", None if run_id == earlier else run_id, store)


def _unfinished(store: Store, resumed: str | None) -> str | None:
    try:
        return beginning(unfinished(store, resumed or None)).run
    except HarnessError:
        return None
