"""A night from its first step to its last, wherever it was cut before."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from datetime import date as Date  # noqa: N812 - `date` is a night's

import msgspec

from harness.conduct.checkout import checkout
from harness.failure import HarnessError
from harness.machine.git import git
from harness.nightly import blaming, judging, measuring, publishing, restoring
from harness.nightly.anchors import SHORT
from harness.nightly.runs import is_cut
from harness.nightly.state import Asked, NightFile, NightState, Step
from harness.nightly.tools import Tools
from harness.record.index import Index
from harness.record.schema import Record

_TAKEN: dict[Step, Callable[[NightState, Tools], NightState]] = {
    Step.RESTORE: restoring.restore,
    Step.SOLVE: restoring.solve,
    Step.MEASURE: measuring.measure_night,
    Step.RECORD: measuring.read_back,
    Step.JUDGE: judging.judge,
    Step.BLAME: blaming.blame,
    Step.PUBLISH: publishing.publish,
}
# What fields of a wish are called at the command line, where it isn't their own name.
_OPTIONS = {"paths": "the paths", "keyword": "-k", "address": "--env", "budget_s": "--budget", "timeout_s": "--timeout"}
_NEEDS: dict[Step, tuple[Step, ...]] = {
    Step.MEASURE: (Step.SOLVE,),
    Step.RECORD: (Step.MEASURE,),
    Step.JUDGE: (Step.MEASURE, Step.RECORD),
    Step.BLAME: (Step.MEASURE, Step.RECORD, Step.JUDGE),
}


def the_night(
    asked: Asked, date: str, tools: Tools, *, again: bool = False, insisted: Collection[str] = ()
) -> NightState:
    """The night of a date: the one that was begun, or that the store has a record of; else a new one.

    again: one more, whatever has become of the last one. insisted: the fields of `asked` that the user has named; one
    that has begun to measure goes on with what it was begun with, and one that hasn't begins anew with them.
    Raises HarnessError for what is no date, or is another wish than the night's; where there is no commit, and for
    suites that it doesn't have.
    """
    _refuse_odd(date)
    known = NightFile(tools.store).latest(date) or _recorded(date, tools)
    if known is None:
        return _new(asked, date, 1, tools)
    if again:
        return _new(asked, date, known.number + 1, tools)
    others = [name for name in insisted if getattr(asked, name) != getattr(known.asked, name)]
    if not others:
        _say_other_commit(known, tools)
        return known
    if known.run is None and not is_cut(tools.store, date, known.seed):
        return _new(asked, date, known.number, tools)
    named = ", ".join(_OPTIONS.get(name, f"--{name}") for name in others)
    raise HarnessError(
        f"the night of {date} has begun with another wish ({_in_words(known.asked)}), and goes on with that. Leave "
        f"{named} away, or begin it anew: the same command with --again."
    )


def take(step: Step, state: NightState, tools: Tools) -> NightState:
    """Take a step of a night; what it comes to is kept. Those that rest on it are to be taken again.

    Raises HarnessError; KeyboardInterrupt leaves a night that goes on with this step.
    """
    _refuse_early(step, state)
    done = _TAKEN[step](_without(state, step), tools)
    NightFile(tools.store).keep(done)
    return done


def steps_from(first: Step) -> Sequence[Step]:
    """A step and all that come after it."""
    return list(Step)[list(Step).index(first) :]


def _new(asked: Asked, date: str, number: int, tools: Tools) -> NightState:
    code = checkout(tools.folder, "HEAD")
    for path in asked.paths:
        if not (code.folder / code.at(path).partition("::")[0]).exists():
            raise HarnessError(
                f"{path}: there is no such file or folder in the commit that you are at ({code.commit[:SHORT]}). Give "
                "the path of a suite, and commit it: a night measures what is committed."
            )
    return NightState(date=date, number=number, asked=asked, seed=secrets.randbelow(2**32), commit=code.commit)


def _say_other_commit(known: NightState, tools: Tools) -> None:
    head = git(tools.folder, "rev-parse", "HEAD").stdout.decode().strip()
    if known.next_step is not None and known.commit and head != known.commit:
        tools.say(
            f"the night of {known.date} goes on with commit {known.commit[:SHORT]}, with which it began, and not with "
            f"{head[:SHORT]}; --again begins it anew"
        )


def _in_words(asked: Asked) -> str:
    options = {"-k": asked.keyword, "--env": asked.address, "--scale": asked.scale, "--launches": asked.launches}
    words = [*asked.paths, *(f"{name} {value}" for name, value in options.items() if value is not None)]
    return " ".join([*words, f"--budget {asked.budget_s:g}s"])


def _recorded(date: str, tools: Tools) -> NightState | None:
    """A night that was measured elsewhere, as far as its record tells."""
    runs = [run for run in Index(tools.store).runs().values() if run.night == date]
    return _as_recorded(tools.store.read(runs[-1].id)) if runs else None


def _as_recorded(record: Record) -> NightState:
    plan, today = record.plan, record.environments[-1]
    assert plan.night is not None
    asked = Asked(
        paths=plan.paths, keyword=plan.keyword, address=today.address.partition(":")[0], scale=plan.scale,
        budget_s=plan.budget_s, launches=plan.launches, precision=plan.precision, cores=plan.cores,
        threads=plan.threads, timeout_s=plan.timeout_s,
    )  # fmt: skip
    state = NightState(
        date=plan.night.date,
        asked=asked,
        seed=plan.seed,
        commit=today.commit or "",
        lock=today.lock_digest or "",
        unsolved=plan.night.unsolved,
        anchors=plan.night.anchors,
        run=record.id,
    )
    for step in (Step.SOLVE, Step.MEASURE):
        state = state.having_said(step, [f"done before, as {record.id} says"])
    return state


def _refuse_early(step: Step, state: NightState) -> None:
    missing = [each for each in _NEEDS.get(step, ()) if each not in state.said]
    if missing:
        raise HarnessError(
            f"the night of {state.date} can't have its step '{step}' before its step '{missing[0]}'. Go on from there: "
            f"the same command with --from {missing[0]}"
        )
    if step is Step.SOLVE and state.run is not None:
        raise HarnessError(
            f"the night of {state.date} was measured ({state.run}): another lock makes another night. "
            "Begin one: the same command with --again instead of --from"
        )


def _without(state: NightState, step: Step) -> NightState:
    """The night as if this step, and those that rest on it, had not been taken; on what the store held, none does."""
    rest = [step] if step is Step.RESTORE else steps_from(step)
    said = {each: lines for each, lines in state.said.items() if each not in rest}
    return msgspec.structs.replace(state, said=said)


def _refuse_odd(date: str) -> None:
    try:
        day = Date.fromisoformat(date)
    except ValueError as fault:
        raise HarnessError(f"--date {date}: this is no day. Write it as 2026-11-22.") from fault
    # East of Greenwich it may be tomorrow already.
    if day > datetime.now(UTC).date() + timedelta(days=1):
        raise HarnessError(f"--date {date}: this day is still to come. Nights are told since when something is other.")
