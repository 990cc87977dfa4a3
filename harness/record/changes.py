"""The changes of a history, each with what lies between its two nights: commits, packages, machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from harness.record.history import ExactChange, History, Step
from harness.record.results import Measure, Run
from harness.record.schema import Value, Verdict
from harness.record.series import Point

# The versions of the distributions that a software fingerprint stands for.
Distributions = Callable[[str], Mapping[str, str]]


class PackageChange(Value, frozen=True, kw_only=True):
    """A package, and its version before and after: None where it wasn't there."""

    name: str
    before: str | None
    after: str | None


class Change(Value, frozen=True, kw_only=True):
    """A change of a series, between two of its runs. what: 'time', 'answer', or 'counter NAME'.

    step: of a change in time. value_before, value_after: of one that is exact. commit_before, commit_after: None where
    a run doesn't know. packages: that differ between the two, Python among them. other_machine: the two runs were made
    on two models of processor.
    """

    at: int
    date: str
    what: str
    run_before: str
    run_after: str
    commit_before: str | None
    commit_after: str | None
    packages: list[PackageChange] = []
    other_machine: bool = False
    step: Step | None = None
    value_before: str | None = None
    value_after: str | None = None


def changes_of(history: History, distributions: Distributions) -> list[Change]:
    """All changes of a history, the first one first."""
    found: list[Step | ExactChange] = [*history.steps, *history.exact]
    changes = [_change(history, each, distributions) for each in found]
    return sorted(changes, key=lambda change: (change.at, change.what))


def slower_without_a_step(history: History) -> int | None:
    """Where the nights begin that call a test slower than its anchor, up to the newest, though no step says so (yet).

    A step takes several nights, and the first one that is slower is red already. None where the newest night doesn't
    say so, a step since its anchor explains it, or it stands where its own nights always stood: a variant whose level
    lies above its anchor's is slower each night, and no news.
    """
    points = history.series.points
    anchor = points[-1].result.anchor
    if not _is_news(history, len(points) - 1, anchor):
        return None
    began = next(at for at, point in enumerate(points) if point.result.anchor == anchor)
    if math.prod(step.change for step in history.steps if step.at > began) > 1:
        return None
    return next((at + 1 for at in range(len(points) - 1, -1, -1) if not _is_news(history, at, anchor)), 0)


def _is_news(history: History, at: int, anchor: int | None) -> bool:
    """Whether a night calls it slower, and is off its own level, where that is known."""
    found = history.series.points[at].result
    is_slower = (found.measure, found.anchor, found.verdict) == (Measure.ANCHOR, anchor, Verdict.SLOWER)
    return is_slower and (history.night_sd is None or at in history.spikes)


def _change(history: History, found: Step | ExactChange, distributions: Distributions) -> Change:
    points = history.series.points
    after = points[found.at].run
    before = _before(history, found).run
    exact = found if isinstance(found, ExactChange) else None
    return Change(
        at=found.at,
        date=after.day,
        what=exact.what if exact else "time",
        run_before=before.id,
        run_after=after.id,
        commit_before=before.commit,
        commit_after=after.commit,
        packages=list(_packages(before, after, distributions)),
        other_machine=before.cpu_model != after.cpu_model,
        step=found if isinstance(found, Step) else None,
        value_before=exact.before if exact else None,
        value_after=exact.after if exact else None,
    )


def _before(history: History, found: Step | ExactChange) -> Point:
    """The last point before a change that has what changed."""
    points = history.series.points
    what = found.what if isinstance(found, ExactChange) else "time"
    for place in range(found.at - 1, -1, -1):
        result = points[place].result
        has = {"answer": bool(result.answers), "time": history.values[place] is not None}
        if has.get(what, what.removeprefix("counter ") in result.counters):
            return points[place]
    return points[found.at]


def _packages(before: Run, after: Run, distributions: Distributions) -> Iterator[PackageChange]:
    if before.python != after.python:
        yield PackageChange(name="python", before=before.python, after=after.python)
    if before.software_digest == after.software_digest:
        return
    then, now = distributions(before.software_digest), distributions(after.software_digest)
    if not then or not now:
        return
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            yield PackageChange(name=name, before=then.get(name), after=now.get(name))
