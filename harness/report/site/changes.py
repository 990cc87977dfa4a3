"""What changed in a history, with what changed beside it: code, packages, machine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.difference import difference
from harness.record.changes import slower_without_a_step
from harness.record.history import ExactChange, History, Step
from harness.record.results import Run
from harness.record.series import Point, SeriesKey
from harness.report.plain import line
from harness.report.quantity import significant
from harness.report.site.content import Content

COMMIT_SHOWN = 8
PACKAGES_SHOWN = 6


@dataclass(frozen=True)
class Cause:
    """What moved between two runs. commits: empty where the code is the same; packages: one in words each."""

    commits: str
    packages: list[str]
    machine: str = ""

    @property
    def told(self) -> str:
        """In a line: 'commit 1a2b..3c4d; numpy 2.3.5 → 2.4.0'."""
        parts = [f"commit {self.commits}"] if self.commits else []
        parts += [some(self.packages)] if self.packages else []
        parts += [self.machine] if self.machine else []
        return "; ".join(parts) or "same commit, same packages, same machine"


@dataclass(frozen=True)
class Change:
    """A place in a history from which on something is different.

    at: of its first point. kind: slower, faster, answer or counter. what: in words, without the variant's name.
    beside: 95 % interval in words. open: the newest nights alone speak for it. factor: new level over old, of a step;
    None where it is none, or none yet.
    """

    key: SeriesKey
    at: int
    run: Run
    before: Run | None
    kind: str
    what: str
    beside: str
    cause: Cause
    open: bool = False
    short: str = ""
    factor: float | None = None

    @property
    def day(self) -> str:
        """The first day on which it shows."""
        return self.run.day


def changes_of(content: Content, history: History) -> list[Change]:
    """All changes of a history, the newest first."""
    points = history.series.points
    found = [_step(content, history, step) for step in history.steps if 0 <= step.at < len(points)]
    found += [_exact(content, history, exact) for exact in history.exact if 0 <= exact.at < len(points)]
    found += _not_yet_a_step(content, history)
    return sorted(found, key=lambda change: (-change.at, change.kind))


def cause_between(content: Content, before: Run, after: Run) -> Cause:
    """What moved from one run to another."""
    machine = ""
    if before.cpu_model != after.cpu_model:
        machine = f"another machine: {line(before.cpu_model)} → {line(after.cpu_model)}"
    elif before.machine_digest != after.machine_digest:
        machine = "another machine of the same model"
    return Cause(commits_between(before, after), packages_between(content, before, after), machine)


def commits_between(before: Run, after: Run) -> str:
    """The commits that a range in git begins and ends with; empty where the code is the same."""
    if before.commit == after.commit and before.dirty == after.dirty:
        return ""
    return f"{_commit(before)}..{_commit(after)}"


def packages_between(content: Content, before: Run, after: Run) -> list[str]:
    """The packages that changed from one run to another, in words."""
    if before.software_digest == after.software_digest:
        return []
    told = package_changes(content.versions_of(before), content.versions_of(after))
    if told or before.lock_digest == after.lock_digest:
        return told
    return ["another lock with the same versions"]


def package_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Changed, added and removed packages, in words."""
    apart = difference(before, after)
    told = [f"{line(name)} {line(old)} → {line(new)}" for name, (old, new) in apart.changed.items()]
    told += [f"{line(name)} {line(version)} added" for name, version in apart.added.items()]
    return told + [f"{line(name)} {line(version)} removed" for name, version in apart.removed.items()]


def some(told: Sequence[str], most: int = PACKAGES_SHOWN) -> str:
    """The first of a list in words, and how many more there are."""
    if len(told) <= most + 1:
        return ", ".join(told)
    return f"{', '.join(told[:most])} and {len(told) - most} more"


def short_commit(run: Run) -> str:
    """A run's commit as it is written beside others; '+' where it had changes."""
    return _commit(run) if run.commit else "-"


def signed(change: float) -> str:
    """A factor as what it adds or takes: '+5.1 %', '−4.0 %'."""
    by = 100 * (change - 1)
    return f"{'+' if by >= 0 else '−'}{significant(abs(by), 2)} %"


def _step(content: Content, history: History, step: Step) -> Change:
    before, after = _around(history.series.points, step.at)
    low, high = (f"{100 * (bound - 1):+.1f}".replace("-", "−") for bound in (step.interval.low, step.interval.high))
    kind = "slower" if step.change > 1 else "faster"
    by = significant(100 * abs(step.change - 1), 2)
    return Change(
        key=history.series.key,
        at=step.at,
        run=after,
        before=before,
        kind=kind,
        what=f"got {by} % {kind}",
        beside=f"{low} to {high} %",
        cause=_cause(content, before, after),
        open=step.open,
        short=signed(step.change),
        factor=step.change,
    )


def _not_yet_a_step(content: Content, history: History) -> list[Change]:
    """What the last night calls slower than its anchor, and no step explains yet: a step takes several nights."""
    points = history.series.points
    newest = points[-1]
    at = slower_without_a_step(history)
    if at is None or newest.run.id != content.nights[-1].id:
        return []
    before, after = _around(points, at)
    low, high = newest.result.low, newest.result.high
    times = significant(newest.result.ratio or math.nan)
    return [
        Change(
            key=history.series.key,
            at=at,
            run=after,
            before=before,
            kind="slower",
            what=f"takes {times} times the anchor's time",
            beside="" if low is None or high is None else f"{significant(low)} to {significant(high)}",
            cause=_cause(content, before, after),
            open=True,
            short=f"{times} times",
        )
    ]


def _exact(content: Content, history: History, exact: ExactChange) -> Change:
    before, after = _around(history.series.points, exact.at)
    answer = exact.what == "answer"
    what = "gives another answer" if answer else f"counts otherwise: {line(exact.what.removeprefix('counter '))}"
    return Change(
        key=history.series.key,
        at=exact.at,
        run=after,
        before=before,
        kind="answer" if answer else "counter",
        what=what,
        beside=f"{_value(exact.before)} → {_value(exact.after)}",
        cause=_cause(content, before, after),
        short="answer" if answer else line(exact.what),
    )


def _around(points: Sequence[Point], at: int) -> tuple[Run | None, Run]:
    return (points[at - 1].run if at else None), points[at].run


def _cause(content: Content, before: Run | None, after: Run) -> Cause:
    return cause_between(content, before, after) if before else Cause("", [])


def _commit(run: Run) -> str:
    return f"{line(run.commit or 'unknown')[:COMMIT_SHOWN]}{'+' if run.dirty else ''}"


def _value(text: str) -> str:
    """A digest's beginning, and anything short as it is."""
    told = line(text).removeprefix("sha256:")
    return told if len(told) <= 24 else told[:10]
