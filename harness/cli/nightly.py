"""`harness nightly`: today against a fixed anchor, what is other, and whose it is."""

from __future__ import annotations

import contextlib
import shlex
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec
from click.core import ParameterSource

from harness.cli.anchor.options import usual_address
from harness.cli.codes import INTERRUPTED
from harness.cli.holding import machine_held
from harness.cli.measuring import (
    BUDGET_S,
    cores_option,
    debug_option,
    keyword_option,
    quiet_option,
    scale_option,
    suites,
    threads_option,
    timeout_option,
    trace_of,
)
from harness.cli.output import print_json
from harness.cli.quantities import Duration, Share
from harness.cli.store_option import store_option
from harness.cli.terminal import show, tell
from harness.failure import HarnessError
from harness.machine.cores import available, chosen
from harness.nightly import Asked, Desk, NightState, Step, Tools, steps_from, take, the_night, told
from harness.record import Store
from harness.report.nightly import NightReport, Told
from harness.report.nightly.sentences import headline
from harness.report.progress import Progress

_STEPS = click.Choice([step.value for step in Step])


@click.command(short_help="Today's code and packages against a fixed anchor, each night.")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--env",
    "address",
    metavar="ADDRESS",
    help="The environment that is solved afresh: NAME[@wheels|conda|image].  [default: newest, or base]",
)
@keyword_option
@scale_option
@click.option(
    "--budget", "budget_s", type=Duration(), help="Measuring time, and as much to blame.  [default: by scale]"
)
@click.option("--launches", type=click.IntRange(1, 1000), help="Exactly so many launches of each test.")
@click.option("--precision", type=Share(), default=0.02, show_default="2%", help="As for `harness run`.")
@cores_option
@threads_option
@timeout_option
@click.option("--channel", "channels", multiple=True, help="Solve from this channel, in place of the declared ones.")
@click.option(
    "--mirror",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Make anchors' environments from the archives in this folder (`harness anchor set --mirror`).",
)
@click.option(
    "--site", type=click.Path(file_okay=False, path_type=Path), help="Write the site into this folder, at the end."
)
@click.option("--only", type=_STEPS, help="Take this step alone, of a night that has come so far.")
@click.option("--from", "first", type=_STEPS, help="Take this step and all after it.")
@click.option("--again", is_flag=True, help="Measure a date once more, whether its night is done or was cut.")
@click.option("--bisect", "bisected", is_flag=True, help="Then find which package or commit it is: `harness bisect`.")
@click.option("--date", metavar="DATE", help="The day that it counts for, as 2026-11-22.  [default: today, in UTC]")
@click.option("--init", "begin", is_flag=True, help="Where there is no anchor yet, make HEAD the first one.")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print what is told as JSON.")
@quiet_option
@debug_option
def nightly(paths: tuple[str, ...], store: str, as_json: bool, quiet: bool, debug: bool, **asked: Any) -> int:
    """Measure today's commit with freshly solved packages against a fixed anchor, and say what is other, and why.

    \b
    The steps, each of which can be taken alone (--only, --from):
      restore  read the store, name what is damaged, see that there is an anchor
      solve    solve the lock afresh; where that can't be, the committed one holds
      measure  anchor and today in lockstep, PATHS (default: benchmarks)
      record   read the record and its locks back from the store
      judge    what is other than at the anchor, and than in the nights before
      blame    code or packages? all four of old and new, in lockstep
      publish  the site, where --site names a folder

    A night that is cut goes on where it was, by the same command. One that is done is measured once more by --again.
    docs/nightly.md leads from nothing to a nightly in CI.

    Exit codes: 0 fine; 1 the policy is broken, or the store holds a damaged record; 2 it can't begin; 3 not all was
    measured, or nothing; 130 interrupted, and how to go on.
    """  # noqa: D301 - click wants the character itself
    kept = Store(store)
    asked["store"] = store
    context = click.get_current_context()
    insisted = [name for name in Asked.__struct_fields__ if _is_named(context, name)]
    date = asked["date"] or f"{datetime.now(UTC):%Y-%m-%d}"
    with tempfile.TemporaryDirectory(prefix="harness-night-") as room, machine_held():
        try:
            with Progress(quiet=quiet or debug) as progress:
                tools = _tools(kept, Path(room), progress, debug, asked)
                state = the_night(_asked(paths, asked), date, tools, again=asked["again"], insisted=insisted)
                state, fault = _taken(state, _steps(state, asked), tools, progress)
            told_now = told(state, tools)
        except KeyboardInterrupt:
            tell(f"harness: interrupted; what was done is kept. Go on with:\n{_same_command(date)}")
            return INTERRUPTED
    _print(told_now, as_json)
    if fault is not None:
        raise fault
    if asked["bisected"] and _bisect(told_now) == INTERRUPTED:
        return INTERRUPTED
    return told_now.code


def _is_named(context: click.Context, parameter: str) -> bool:
    return context.get_parameter_source(parameter) is ParameterSource.COMMANDLINE


def _taken(
    state: NightState, steps: Sequence[Step], tools: Tools, progress: Progress
) -> tuple[NightState, HarnessError | None]:
    """The night after these steps. What was measured is told, even where a later step fails."""
    for number, step in enumerate(steps, start=1):
        progress.say(f"{step} (step {number} of {len(steps)})")
        try:
            state = take(step, state, tools)
        except HarnessError as fault:
            if state.run is None:
                raise
            return state, fault
        for line in state.said[step]:
            progress.say(f"  {line}")
    return state, None


def _steps(state: NightState, asked: dict[str, Any]) -> Sequence[Step]:
    only, first = asked["only"], asked["first"]
    if asked["again"] and (only or first):
        raise HarnessError("--again begins a night anew, with its first step: leave --only and --from away.")
    if only and first:
        raise HarnessError("--only and --from: one of them is enough.")
    if only:
        return [Step(only)]
    if first:
        return steps_from(Step(first))
    if state.next_step is None:
        tell(f"harness: the night of {state.date} is done. --again measures it once more, --from judge judges it anew.")
    return state.ahead


def _tools(store: Store, room: Path, progress: Progress, debug: bool, asked: dict[str, Any]) -> Tools:
    desk = Desk(store=store, folder=Path.cwd(), watch=progress.update, trace=trace_of(debug))
    mirror, site = asked["mirror"], asked["site"]
    kept = asked["store"]
    return Tools(
        desk=desk,
        named=kept,
        say=progress.say,
        room=room,
        channels=asked["channels"],
        mirror=mirror.absolute() if mirror else None,
        publish=partial(_publish, kept, site) if site else None,
        first="the first night began here" if asked["begin"] else None,
    )


def _publish(store: str, folder: Path) -> str:
    """Do what `harness site` does, in its own words."""
    from harness.cli.site import site  # a night without a site need not wait for it

    with contextlib.redirect_stdout(sys.stderr):  # what is printed here is the night's
        code = site.main([str(folder), "--store", store], prog_name="harness site", standalone_mode=False)
    return f"the site is in {folder}" + ("" if not code else "; not all that the store holds could be shown")


def _bisect(told_now: Told) -> int:
    """Do what the report says to type next, one after the other; the night's exit code stays what it is, unless the
    user interrupts. A bisection that can't be had is told.
    """
    for _what, command in told_now.commands:
        words = shlex.split(command)
        if words[1] == "bisect":
            tell(f"harness: {command}")
            from harness.cli.bisect import bisect  # as above

            try:
                with contextlib.redirect_stdout(sys.stderr):
                    code = bisect.main(words[2:], prog_name="harness bisect", standalone_mode=False)
            except HarnessError as fault:
                tell(f"harness: {fault}")
                continue
            if code == INTERRUPTED:
                return INTERRUPTED
    return 0


def _asked(paths: Sequence[str], asked: dict[str, Any]) -> Asked:
    cores = chosen(asked["cores"]) if asked["cores"] else available()
    return Asked(
        paths=suites(paths),
        keyword=asked["keyword"],
        address=asked["address"] or usual_address(),
        scale=asked["scale"],
        budget_s=asked["budget_s"] or BUDGET_S[asked["scale"]],
        launches=asked["launches"],
        precision=asked["precision"],
        cores=cores,
        threads=asked["threads"] or len(cores),
        timeout_s=asked["timeout_s"],
    )


def _print(told_now: Told, as_json: bool) -> None:
    if as_json:
        # The record is in the store; here its id is enough.
        run = told_now.record.id if told_now.record else None
        bare = msgspec.to_builtins(msgspec.structs.replace(told_now, record=None))
        print_json({"headline": headline(told_now), **bare, "record": run})
        return
    show(NightReport(told_now))


def _same_command(date: str) -> str:
    """What goes on with a night, even tomorrow."""
    arguments = [each for each in sys.argv[1:] if each != "--again"]
    named = any(each == "--date" or each.startswith("--date=") for each in arguments)
    return shlex.join(["harness", *arguments, *([] if named else ["--date", date])])
