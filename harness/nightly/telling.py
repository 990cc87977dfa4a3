"""From the state of a night to what is told of it: what moved, which rules are broken, what to type next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from harness.failure import HarnessError
from harness.judge.nights import Change, Culprit, What
from harness.nightly.anchors import SHORT
from harness.nightly.moved import commits_between, packages_between
from harness.nightly.state import Asked, NightState
from harness.nightly.tools import Tools
from harness.record.schema import Failing, Record
from harness.record.usual_store import in_store
from harness.report.nightly import Blame, Since, Told
from harness.report.policy import in_words

USUAL_SCALE = "quick"
BROKEN = 1
MISSING = 3
_OF_CODE = {Culprit.CODE, Culprit.EACH, Culprit.TOGETHER, Culprit.UNCLEAR}
_OF_PACKAGES = {Culprit.PACKAGES, Culprit.EACH, Culprit.TOGETHER, Culprit.UNCLEAR}


def told(state: NightState, tools: Tools) -> Told:
    """All that is told of a night, as far as it has come. Raises HarnessError where its record can't be read."""
    record = tools.store.read(state.run) if state.run else None
    anchors = [anchor for anchor in tools.store.anchors() if anchor.number in state.anchors]
    return Told(
        date=state.date,
        number=state.number,
        commit=state.commit,
        lock=state.lock,
        unsolved=state.unsolved,
        anchors=anchors,
        record=record,
        since=_since(state, tools),
        changes=state.changes,
        blame=state.blame,
        moved=_moved_for_blame(state, tools),
        steps={str(step): lines for step, lines in state.said.items()},
        damaged=state.damaged,
        broken=broken(record, state.changes) if record else [],
        commands=[(what, in_store(command, tools.named)) for what, command in _commands(state, record)],
        code=exit_code(record, state),
    )


def broken(record: Record, changes: list[Change]) -> list[str]:
    """The rules of its policy that a night has broken, in words: those of its record, and steps."""
    found = [in_words(breach) for breach in record.breaches]
    found += [_step_in_words(change) for change in changes if _is_broken_step(change, record)]
    slower = Failing.SLOWER in record.fails_for
    return found + [_undecided_in_words(change) for change in changes if change.undecided and slower]


def exit_code(record: Record | None, state: NightState) -> int:
    """By policy. What was not measured outranks all else; a damaged record of the store is none of the policy's."""
    if record is not None and any(breach.rule is Failing.NOT_MEASURED for breach in record.breaches):
        return MISSING
    if state.damaged or (record is not None and broken(record, state.changes)):
        return BROKEN
    return 0


def _is_broken_step(change: Change, record: Record) -> bool:
    return change.step and change.what is What.SLOWER and Failing.STEP in record.fails_for


def _step_in_words(change: Change) -> str:
    return f"{Failing.STEP}: {change.case}, {change.variant}: {change.ratio:.3g} times the level of the nights before"


def _undecided_in_words(change: Change) -> str:
    return f"{Failing.SLOWER}: {change.case}, {change.variant}: since {change.since}, and tonight can't tell"


def _since(state: NightState, tools: Tools) -> Since | None:
    """What moved since the night before; None for the first night, and one that wasn't judged yet."""
    if state.before is None:
        return None
    record = tools.store.read(state.before)
    now = tools.store.read(state.run).environments[-1].python if state.run else ""
    today = record.environments[-1]
    commit, lock = today.commit or "", today.lock_digest or ""
    commits, more = commits_between(tools.folder, commit, state.commit)
    return Since(
        night=record.plan.night.date if record.plan.night else "",
        commit=commit,
        commits=commits,
        more_commits=more,
        packages=_python(record.environments[-1].python, now) | _packages(lock, state.lock, state, tools),
    )


def _moved_for_blame(state: NightState, tools: Tools) -> Since | None:
    """What moved from what the difference is held against."""
    blame = state.blame
    if blame is None:
        return None
    commits, more = commits_between(tools.folder, blame.old.commit, blame.new.commit)
    packages = _packages(blame.old.lock, blame.new.lock, state, tools)
    packages = _python(*(blame.other_python or ("", ""))) | packages
    return Since(night=blame.old.name, commit=blame.old.commit, commits=commits, more_commits=more, packages=packages)


def _packages(before: str, after: str, state: NightState, tools: Tools) -> dict[str, tuple[str | None, str | None]]:
    try:
        return packages_between(tools.store.lock(before), tools.store.lock(after), state.asked.address)
    except HarnessError:
        return {}


def _python(before: str, now: str) -> dict[str, tuple[str | None, str | None]]:
    """The interpreter, which no lock holds, beside the packages; empty where it is the same."""
    return {"python": (before, now)} if before and now and before != now else {}


def _commands(state: NightState, record: Record | None) -> Iterator[tuple[str, str]]:
    if state.blame is not None:
        yield from _bisections(state.blame, state)
    if record is None:
        return
    if any(change.what is not What.FASTER and not change.step for change in state.changes):
        # What was measured: the committed lock may be an older one than tonight's.
        yield "if that is meant to be so", f"harness anchor move {record.id} --why '...'"
    if state.damaged:
        yield "for all that is damaged in the store", "harness store check"
    yield "for the whole record", f"harness show {record.id}"


def _bisections(blame: Blame, state: NightState) -> Iterator[tuple[str, str]]:
    """A command for each thing that is other and whose it is."""
    for what, options in _sought(_about(blame, _OF_PACKAGES), state):
        yield f"which package {what}", _bisect(blame.old.lock, blame.new.lock, state.asked, options)
    for what, options in _sought(_about(blame, _OF_CODE), state):
        at = [*options, "--env", state.asked.address]
        yield f"which commit {what}", _bisect(blame.old.commit, blame.new.commit, state.asked, at)


def _about(blame: Blame, culprits: set[Culprit]) -> list[str]:
    """The tests, as "case, variant", whose difference is one of these culprits'."""
    if blame.culprit is not None or blame.failed:
        return blame.about if blame.failed or blame.culprit in culprits else []
    return [f"{test.case}, {test.variant}" for test in blame.tests if {*test.culprits} & culprits]


def _sought(tests: Sequence[str], state: NightState) -> Iterator[tuple[str, list[str]]]:
    """What is other in these tests, in words, and the options by which a bisection tells its ends apart."""
    mine = [change for change in state.changes if change.new and f"{change.case}, {change.variant}" in tests]
    if any(change.what is What.FAILS for change in mine):
        yield "makes it fail", ["--measure", "running"]
    if any(change.what is What.ANSWER for change in mine):
        yield "changes the answer", ["--measure", "answer"]
    if any(change.ratio is not None for change in mine):
        yield "it is", []


def _bisect(good: str, bad: str, asked: Asked, options: Sequence[str]) -> str:
    chosen = ["-k", asked.keyword] if asked.keyword else []
    chosen += ["--scale", asked.scale] if asked.scale != USUAL_SCALE else []
    return shlex.join(
        ["harness", "bisect", *asked.paths, *chosen, "--good", good[:SHORT], "--bad", bad[:SHORT], *options]
    )
