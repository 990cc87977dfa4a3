"""Two runs as they are compared: what differs between them, and a table for each case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult

from harness.judge.comparison import CaseComparison, RunComparison, Standing, VariantComparison
from harness.judge.matching import Match
from harness.record.schema import Record
from harness.report import cells
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words
from harness.report.quantity import MISSING, counted, seconds, significant

_STYLES = {Standing.SLOWER: "red", Standing.FASTER: "green"}
_ANSWER_STYLES = {Match.DIFFERENT: "red", Match.UNSTABLE: "yellow", Match.NOT_MEASURED: "yellow"}
_MOST_NAMED = 6


class ComparisonReport:
    """A comparison for rich. labels: in words, what makes the two runs less than comparable."""

    def __init__(self, a: Record, b: Record, found: RunComparison, labels: Sequence[str]) -> None:
        self._records = {"A": a, "B": b}
        self._found = found
        self._labels = labels

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for letter, record in self._records.items():
            yield words(line(f"{letter}: {record.id}, {record.began}, {_environments(record)}"))
        if self._labels:
            yield words("B is not as A:", "bold")
            yield from (bullet(line(label)) for label in self._labels)
        for case in self._found.cases:
            yield words("")
            yield from _case(case)
        yield words("")
        yield words(_headline(self._found), "bold")
        for letter, names in (("A", self._found.only_a), ("B", self._found.only_b)):
            if names:
                yield bullet(f"only in {letter}: {_some(names)}")


def _environments(record: Record) -> str:
    return " | ".join(each.address for each in record.environments)


def _case(case: CaseComparison) -> Iterator[Any]:
    yield words(line(case.case), "bold")
    yield words(line(f"time over that of {case.against}; B/A: that ratio in B over that in A"), "dim")
    rows = case.variants
    columns = [
        Column("time in A", [seconds(row.a_s) for row in rows]),
        Column("time in B", [seconds(row.b_s) for row in rows]),
    ]
    if any(row.a or row.b for row in rows):
        columns += [
            Column("ratio in A", [cells.ratio(row.a) for row in rows], left=True),
            Column("ratio in B", [cells.ratio(row.b) for row in rows], left=True),
            Column("B/A [95%]", [_change(row) for row in rows], left=True),
            Column("verdict", [_standing(row) for row in rows], True, [_STYLES.get(row.standing, "") for row in rows]),
        ]
    styles = [_ANSWER_STYLES.get(row.answer.match, "") for row in rows]
    columns.append(Column("answer", [row.answer.match.value for row in rows], True, styles))
    yield Columns(Column("variant", [line(row.variant) for row in rows]), columns)
    if case.why_not:
        yield bullet(f"ratios are not compared: {line(case.why_not)}", "yellow")
    for row in rows:
        yield from (bullet(line(f"{row.variant}: {told}")) for told in _told(row))


def _change(row: VariantComparison) -> str:
    if row.change is None or row.interval is None:
        return MISSING
    return f"{significant(row.change)} [{significant(row.interval.low)}, {significant(row.interval.high)}]"


def _standing(row: VariantComparison) -> str:
    return MISSING if row.standing is Standing.NOT_COMPARED else row.standing.value


def _told(row: VariantComparison) -> Iterator[str]:
    for difference in row.answer.differences:
        yield f"another answer in B: {difference}"
    if row.answer.note:
        yield f"answer {row.answer.match.value}: {row.answer.note}"
    for change in row.counter_changes:
        yield f"counter {change.name}: {change.after:,}, in A {change.before:,}"


def _headline(found: RunComparison) -> str:
    rows = [row for case in found.cases for row in case.variants]
    told = [
        (sum(row.standing is each for row in rows), each.value)
        for each in Standing
        if each is not Standing.NOT_COMPARED
    ]
    parts = [f"{count} {word}" for count, word in told if count]
    other = sum(row.answer.match in {Match.DIFFERENT, Match.UNSTABLE} for row in rows)
    counters = sum(bool(row.counter_changes) for row in rows)
    parts += [f"{counted(other, 'other answer', 'other answers')}"] if other else []
    parts += [f"{counted(counters, 'variant counts', 'variants count')} differently"] if counters else []
    ratios = sum(count for count, _ in told)
    return f"B against A, {counted(ratios, 'ratio', 'ratios')} compared: {', '.join(parts) or 'nothing differs'}."


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return "; ".join(map(line, names[:_MOST_NAMED])) + (f" and {more} more" if more > 0 else "")
