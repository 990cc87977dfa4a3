"""A bisection as it is printed: what made the difference, how sure that is, and the way there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.bisection import Bisection, Change, Culprit, Effect, Outcome, Trait, Weighed
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words
from harness.report.quantity import MISSING, counted, seconds, share, significant

_STYLES = {Outcome.FOUND: "bold green", Outcome.NONE: "bold", Outcome.NARROWED: "bold yellow"}
_SIDE_STYLES = {"nearer to bad": "red", "unknown": "yellow"}
_MOST_NAMED = 3
_DIFFER_IN = {Trait.TIME: "time", Trait.ANSWER: "answer", Trait.RUNNING: "whether they run"}
_MADE = {Trait.TIME: "the change of time", Trait.ANSWER: "the change of answer", Trait.RUNNING: "it fail"}
_SOUGHT = {**_MADE, Trait.RUNNING: "what makes it fail"}
_EXACTLY = {
    Trait.ANSWER: "Answers are compared within the test's tolerance.",
    Trait.RUNNING: "Bad is what fails with the same exception as the bad end does.",
}


class BisectionReport:
    """A bisection for rich."""

    def __init__(self, found: Bisection) -> None:
        self._found = found

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found = self._found
        yield words(f"bisection {found.id}: {counted(found.differing, _one(found), found.of)} between "
                    f"{line(found.good)} and {line(found.bad)}")  # fmt: skip
        if found.case:
            yield words(f"by {line(found.case)}")
        yield words("")
        if found.steps:
            yield _steps(found.steps)
            if _are_placed(found.steps):
                yield words("place: 0 is like good, 1 is like bad, with its interval")
            yield words("")
        yield words(_headline(found), _STYLES[found.outcome])
        for culprit in found.culprits:
            yield from _culprit(found, culprit)
        if found.effects:
            yield words("")
            yield _effects(found)
        notes = [bullet(line(each)) for each in _notes(found)]
        if notes and found.culprits and not found.effects:
            yield words("")
        yield from notes
        if found.missing:
            yield words("")
            yield words("Not measured of the ends:", "bold yellow")
            yield from (bullet(line(each)) for each in found.missing)
        yield words("")
        yield words(_sureness(found))


def _one(found: Bisection) -> str:
    return found.of.removesuffix("s")


def _steps(steps: Sequence[Weighed]) -> Columns:
    columns = [
        Column("taken from bad", [_named(each.taken) for each in steps], left=True),
        Column("it is", [each.side.value for each in steps], left=True,
               styles=[_SIDE_STYLES.get(each.side.value, "") for each in steps]),
    ]  # fmt: skip
    if _are_placed(steps):
        columns.append(Column("place", [_place(each) for each in steps], left=True))
    columns.append(Column("launches", [str(each.launches) if each.launches else MISSING for each in steps]))
    return Columns(Column("step", [str(each.step) for each in steps]), columns)


def _are_placed(steps: Sequence[Weighed]) -> bool:
    """Whether any was measured by its time: answers, and what fails, have no place."""
    return any(each.position is not None for each in steps)


def _named(taken: Sequence[str]) -> str:
    names = [line(_short(each)) for each in taken]
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: _MOST_NAMED - 1])} and {len(names) - _MOST_NAMED + 1} more"


def _short(name: str) -> str:
    """A commit's id in twelve characters."""
    return name[:12] if len(name) == 40 and not set(name) - set("0123456789abcdef") else name


def _place(weighed: Weighed) -> str:
    if weighed.position is None or weighed.low is None or weighed.high is None:
        return MISSING
    return f"{weighed.position:.2f} [{weighed.low:.2f}, {weighed.high:.2f}]"


def _headline(found: Bisection) -> str:
    made = _MADE[found.measure]
    if found.outcome is Outcome.NONE:
        return f"None: {line(found.bad)} and {line(found.good)} don't differ in {_DIFFER_IN[found.measure]}."
    if found.outcome is Outcome.NARROWED and not found.culprits:
        return "Not found."
    if found.outcome is Outcome.NARROWED:
        return f"Narrowed down: {_SOUGHT[found.measure]} is among these."
    if len(found.culprits) == 1:
        return f"Found: this {_one(found)} makes {made}."
    return f"Found: these {len(found.culprits)} {found.of} make {made} together."


def _culprit(found: Bisection, culprit: Culprit) -> Iterator[Any]:
    for change in culprit.changes:
        yield bullet(_change(found, change), "bold")
    if len(culprit.changes) > 1 and found.outcome is Outcome.FOUND:
        yield words("  They only move together: no mix of the two locks has one without the others.")
    if culprit.along:
        yield words(f"  With it come {_named(culprit.along)}, which it needs; they alone don't make the change.")


def _change(found: Bisection, change: Change) -> str:
    if found.of == "commits":
        return f"{line(change.name)} {line(change.bad or '')}".strip()
    return f"{line(change.name)} {change.good or 'not there'} -> {change.bad or 'not there'}"


def _effects(found: Bisection) -> Columns:
    rows = [each for each in [found.ends, *found.effects, found.interaction, found.rest] if each is not None]
    return Columns(
        Column("", [line(each.what) for each in rows], left=True),
        [
            Column("ratio [95%]", [_ratio(each) for each in rows], left=True),
            Column("launches", [str(each.launches) for each in rows]),
        ],
    )


def _ratio(effect: Effect) -> str:
    if effect.interval is None:
        return significant(effect.ratio)
    return f"{significant(effect.ratio)} [{significant(effect.interval.low)}, {significant(effect.interval.high)}]"


def _notes(found: Bisection) -> Iterator[str]:
    if found.outcome is Outcome.NONE and found.smallest_seen is not None:
        yield f"a change of {share(found.smallest_seen)} would have been seen (80 % power)"
    if len(found.culprits) == 2 and found.interaction is not None:
        yield _on_interaction(found.interaction)
    if found.rest is not None and _excludes_one(found.rest):
        yield (
            f"that may not be all: {line(found.rest.what)}: {_ratio(found.rest)}. To find the rest, "
            f"run the same command with --bad {found.rest_end}"
        )
    for other in found.others:
        yield f"{other.what} differs, too: {_ratio(other)}; whether for the same reason is told with -k"
    yield from found.remarks
    for each in found.steps:
        if each.why:
            yield f"skipped in step {each.step}: with {_named(each.taken)}: {each.why}"


def _on_interaction(interaction: Effect) -> str:
    if _excludes_one(interaction):
        return f"they interact: together they take {_ratio(interaction)} times what each alone would make of it"
    return f"no interaction is seen: each does its part, with or without the other ({_ratio(interaction)})"


def _excludes_one(effect: Effect) -> bool:
    return effect.interval is not None and not effect.interval.low <= 1 <= effect.interval.high


def _sureness(found: Bisection) -> str:
    runs = counted(len(found.runs), "run", "runs")
    told = f"{runs}, {seconds(found.measured_s)}"
    last = f" Last record: harness show {found.runs[-1]}" if found.runs else ""
    if found.measure in _EXACTLY:
        return f"{_EXACTLY[found.measure]} {told}.{last}"
    return (
        f"The probability that any of these decisions is wrong is at most {share(found.error)} "
        f"({share(found.allowed_error)} allowed). {told}.{last}"
    )
