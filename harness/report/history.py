"""Figures over nights as a terminal shows them: a line of heights and a row for each series, its changes below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.changes import Change, slower_without_a_step
from harness.record.history import History, Step
from harness.record.results import Measure
from harness.record.summary import Damaged
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words
from harness.report.quantity import MISSING, counted, seconds, share, significant
from harness.report.sparkline import sparkline

WIDTH = 24
_MARKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_COMMIT = 8
_DIGEST = 12
_MOST_PACKAGES = 6
# Six before a step, and three that show it (`harness.judge.history.scan`).
FEWEST_POINTS = 9
_AGAINST = {
    Measure.ANCHOR: "time over the first anchor's",
    Measure.BASELINE: "time over the baseline's",
    Measure.TIME: "time",
}


class HistoryReport:
    """The histories of a store, or of a case, for rich. changes: of each, in the same order."""

    def __init__(
        self, histories: Sequence[History], changes: Sequence[Sequence[Change]], damaged: Sequence[Damaged] = ()
    ) -> None:
        self._told = list(zip(histories, changes, strict=True))
        self._damaged = damaged

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        groups: dict[tuple[str, ...], list[tuple[History, Sequence[Change]]]] = {}
        for history, changes in self._told:
            key = history.series.key
            groups.setdefault((key.case, key.measure, key.against, key.scale), []).append((history, changes))
        for number, group in enumerate(groups.values()):
            if number:
                yield words("")
            yield from _group(group)
        for file in self._damaged:
            yield bullet(f"not read: {file.path}: {line(file.why)}", "yellow")


def _group(group: Sequence[tuple[History, Sequence[Change]]]) -> Iterator[Any]:
    histories = [history for history, _ in group]
    key = histories[0].series.key
    yield words(line(key.case), "bold")
    yield words(_about(histories), "dim")
    marks = _marks(histories)
    yield Columns(Column("variant", [_name(history, marks) for history in histories]), list(_columns(histories)))
    lines = [(change, history) for history, changes in group for change in changes]
    for change, history in sorted(lines, key=lambda told: (told[0].date, told[0].what)):
        yield bullet(_sentence(change, _name(history, marks)), _style(change))
    if not lines:
        most = max(len(history.series.points) for history in histories)
        few = f" in {most}: a step of time is told from the ninth on" if most < FEWEST_POINTS else ""
        yield bullet(f"no change is seen{few}")
    yield from (bullet(told, "red") for history in histories if (told := _slower_now(history, _name(history, marks))))
    yield from map(bullet, _links(histories))


def _slower_now(history: History, name: str) -> str:
    """The newest night's own verdict, where no step says so (yet): a step takes several nights."""
    newest = history.series.points[-1].result
    if slower_without_a_step(history) is None or newest.ratio is None:
        return ""
    interval = ""
    if newest.low is not None and newest.high is not None:
        interval = f" [{significant(newest.low)}, {significant(newest.high)}]"
    return f"{name}: {significant(newest.ratio)}{interval} times the newest anchor's time in the newest night, slower"


def _about(histories: Sequence[History]) -> str:
    key = histories[0].series.key
    runs = [point.run for history in histories for point in history.series.points]
    days = sorted({run.day for run in runs})
    against = f" ({line(key.against)})" if key.against else ""
    anchors = {
        point.result.anchor
        for history in histories
        for point in history.series.points
        if point.result.anchor is not None
    }
    held = f"time over anchor {min(anchors)}'s" if key.measure is Measure.ANCHOR and len(anchors) == 1 else ""
    marks = _marks(histories)
    on = "; " + ("; ".join(f"{mark}: {line(model)}" for model, mark in marks.items()) or line(_models(histories)[0]))
    return f"{held or _AGAINST.get(key.measure, key.measure)}{against}, {line(key.scale)}, {_span(days)}{on}"


def _span(days: Sequence[str]) -> str:
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"


def _models(histories: Sequence[History]) -> list[str]:
    return list(dict.fromkeys(history.series.key.cpu_model for history in histories))


def _marks(histories: Sequence[History]) -> dict[str, str]:
    """A letter for each model of processor, where there are several."""
    models = _models(histories)
    return dict(zip(models, _MARKS, strict=False)) if len(models) > 1 else {}


def _name(history: History, marks: Mapping[str, str]) -> str:
    key = history.series.key
    return f"{line(key.variant)} ({marks.get(key.cpu_model, '...')})" if marks else line(key.variant)


def _columns(histories: Sequence[History]) -> Iterator[Column]:
    yield Column("over time", [sparkline(history.values, WIDTH) for history in histories], left=True)
    nightly = histories[0].series.key.measure is Measure.ANCHOR
    yield Column(
        "nights" if nightly else "runs",
        [str(sum(value is not None for value in history.values)) for history in histories],
    )
    yield Column("now", [_now(history) for history in histories])
    yield Column("night sd", [share(history.night_sd) for history in histories])
    yield Column("seen in 3", [share(history.smallest_in_3) for history in histories])
    yield Column("seen in 7", [share(history.smallest_in_7) for history in histories])


def _now(history: History) -> str:
    """The level of the newest point that has one."""
    level = next((level for level in reversed(history.levels) if level is not None), None)
    if level is None:
        return MISSING
    return seconds(level) if history.series.key.measure is Measure.TIME else significant(level)


def _sentence(change: Change, name: str) -> str:
    return "; ".join([f"{change.date} {name}: {_what(change)}", *_between(change)])


def _what(change: Change) -> str:
    if change.step is not None:
        return _step(change.step)
    before, after = (_short(value) for value in (change.value_before, change.value_after))
    if change.value_after == "unstable":
        return f"{line(change.what)} goes to and fro (was {before})"
    return f"another {line(change.what)}: {after}, was {before}"


def _step(step: Step) -> str:
    interval = f"[{significant(step.interval.low)}, {significant(step.interval.high)}]"
    way = "slower" if step.change > 1 else "faster"
    open_ = ", newest nights only" if step.open else ""
    return f"{way}, {significant(step.change)} {interval} times{open_}"


def _short(value: str | None) -> str:
    text = line(value or "nothing").removeprefix("sha256:")
    return text if len(text) <= _DIGEST else text[:_DIGEST]


def _between(change: Change) -> Iterator[str]:
    before, after = change.commit_before, change.commit_after
    if before and after:
        same = before == after
        yield f"commit {after[:_COMMIT]}, the same" if same else f"commits {before[:_COMMIT]}..{after[:_COMMIT]}"
    if change.packages:
        told = [f"{line(each.name)} {each.before or 'none'} -> {each.after or 'none'}" for each in change.packages]
        more = len(told) - _MOST_PACKAGES
        yield ", ".join(told[:_MOST_PACKAGES]) + (f" and {more} more" if more > 0 else "")
    else:
        yield "the same packages"
    if change.other_machine:
        yield "another CPU"


def _style(change: Change) -> str:
    if change.step is None:
        return "yellow"
    return "red" if change.step.change > 1 else "green"


def _links(histories: Sequence[History]) -> Iterator[str]:
    """A line for each pair of anchors, with what each variant makes of it."""
    told: dict[tuple[int, int], dict[str, str]] = {}
    for history in histories:
        for link in history.links:
            interval = f" [{_four(link.interval.low)}, {_four(link.interval.high)}]" if link.interval else ""
            text = f"{_four(link.ratio)}{interval} ({counted(link.nights, 'night', 'nights')})"
            told.setdefault((link.before, link.anchor), {}).setdefault(line(history.series.key.variant), text)
    for (before, anchor), texts in told.items():
        listed = ", ".join(f"{variant} {text}" for variant, text in texts.items())
        yield f"anchor {anchor} over anchor {before}: {listed}"


def _four(value: float) -> str:
    return significant(value, 4)
