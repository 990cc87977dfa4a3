"""A reproduction as it is printed: what differs, a table for each case, and the one verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult

from harness.judge.change import Sameness
from harness.judge.matching import Match
from harness.judge.reproduction import CaseReproduction, Outcome, Reproduction, VariantReproduction
from harness.record.schema import Record
from harness.report import cells
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words
from harness.report.quantity import MISSING, counted, share, significant

_ANSWER_STYLES = {Match.DIFFERENT: "red", Match.NOT_MEASURED: "yellow"}
_RATIO_STYLES = {Sameness.OTHER: "yellow"}
_OUTCOME_STYLES = {
    Outcome.REPRODUCED: "bold green",
    Outcome.OTHER_SPEED_UPS: "bold yellow",
    Outcome.NOT_REPRODUCED: "bold red",
    Outcome.NOT_MEASURED: "bold yellow",
}
_MOST_REASONS = 8


class ReproductionReport:
    """A reproduction for rich. differences, remarks: of what the two runs depend on, and of the code, in words.

    answers_only: speed-ups were not asked for.
    """

    def __init__(
        self,
        recorded: Record,
        now: Record,
        judged: Reproduction,
        *,
        differences: Sequence[str],
        remarks: Sequence[str],
        answers_only: bool,
    ) -> None:
        self._recorded = recorded
        self._now = now
        self._judged = judged
        self._differences = differences
        self._remarks = remarks
        self._answers_only = answers_only

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        recorded, now = self._recorded, self._now
        yield words(f"record: {recorded.id}, {recorded.began}, {_environments(recorded)}")
        yield words(f"run again: {now.id}, {now.began}, {_environments(now)}")
        if not self._differences and not self._remarks:
            yield words("Nothing that is recorded of machine, software and code differs.")
        else:
            yield words("What is not as it was:", "bold")
            yield from (bullet(line(told)) for told in [*self._remarks, *self._differences])
        for case in self._judged.cases:
            yield words("")
            yield from _case(case)
        yield words("")
        yield from self._verdict()

    def _verdict(self) -> Iterator[Any]:
        judged = self._judged
        yield words(f"Verdict: {_sentence(judged, self._answers_only)}", _OUTCOME_STYLES[judged.outcome])
        yield from (bullet(line(reason)) for reason in judged.because[:_MOST_REASONS])
        more = len(judged.because) - _MOST_REASONS
        if more > 0:
            yield bullet(f"and {more} more")
        yield words(f"Record {self._now.id}: `harness show {self._now.id}` prints its tables.")


def _environments(record: Record) -> str:
    return ", ".join(
        f"{line(each.address)} ({each.verification.state}), Python {each.python}" for each in record.environments
    )


def _case(case: CaseReproduction) -> Iterator[Any]:
    yield words(line(case.case), "bold")
    rows = case.variants
    columns = [Column("answer", [row.answer.match.value for row in rows], left=True, styles=_answer_styles(rows))]
    if any(row.ratio for row in rows):
        columns += [
            Column("recorded ratio", [_recorded(case, row) for row in rows], left=True),
            Column("ratio now", [_now(case, row) for row in rows], left=True),
            Column("now over recorded [95%]", [_change(row) for row in rows], left=True),
            Column("speed-up", [_sameness(row) for row in rows], left=True, styles=_ratio_styles(rows)),
        ]
    yield Columns(Column("variant", [line(row.variant) for row in rows], left=True), columns)
    for row in rows:
        yield from (bullet(f"{line(row.variant)}: {line(told)}") for told in _told(row))


def _told(row: VariantReproduction) -> Iterator[str]:
    for difference in row.answer.differences:
        yield f"another answer: {difference}"
    if row.answer.note:
        yield f"{row.answer.match.value}: {row.answer.note}"
    if row.ratio and row.ratio.sameness is not Sameness.SAME:
        yield f"{row.ratio.sameness.value} speed-up: {row.ratio.reason}"
    for change in row.counter_changes:
        yield f"counter {change.name}: {change.after:,}, recorded {change.before:,}"


def _answer_styles(rows: Sequence[VariantReproduction]) -> list[str]:
    return [_ANSWER_STYLES.get(row.answer.match, "") for row in rows]


def _ratio_styles(rows: Sequence[VariantReproduction]) -> list[str]:
    return [_RATIO_STYLES.get(row.ratio.sameness, "") if row.ratio else "" for row in rows]


def _recorded(case: CaseReproduction, row: VariantReproduction) -> str:
    return cells.ratio(row.ratio.recorded) if row.ratio else _without_ratio(case, row)


def _now(case: CaseReproduction, row: VariantReproduction) -> str:
    return cells.ratio(row.ratio.now) if row.ratio else _without_ratio(case, row)


def _without_ratio(case: CaseReproduction, row: VariantReproduction) -> str:
    return "1" if row.variant == case.baseline else MISSING


def _change(row: VariantReproduction) -> str:
    if row.ratio is None or row.ratio.change is None:
        return MISSING
    estimate = row.ratio.now.estimate / row.ratio.recorded.estimate
    return f"{significant(estimate)} [{significant(row.ratio.change.low)}, {significant(row.ratio.change.high)}]"


def _sameness(row: VariantReproduction) -> str:
    return row.ratio.sameness.value if row.ratio else MISSING


def _sentence(judged: Reproduction, answers_only: bool) -> str:
    """The verdict with what it leaves open."""
    if judged.outcome is Outcome.NOT_REPRODUCED:
        return "not reproduced."
    if judged.outcome is Outcome.NOT_MEASURED:
        return "not measured: nothing speaks against the record, but not all of it was measured again."
    answers = "the answers are the recorded ones"
    if answers_only:
        return f"reproduced: {answers}. (Speed-ups were not asked for.)"
    return f"{judged.outcome.value}: {answers}{_speed_ups(judged)}."


def _speed_ups(judged: Reproduction) -> str:
    found = [row.ratio.sameness for case in judged.cases for row in case.variants if row.ratio]
    if not found:
        return ""
    margins = {case.margin for case in judged.cases if any(row.ratio for row in case.variants)}
    several = f" to {share(max(margins))}" if len(margins) > 1 else ""
    margin = f"within {share(min(margins))}{several}"
    if set(found) == {Sameness.SAME}:
        return f", and the speed-ups are the same ({margin})"
    told = [f"{found.count(each)} {each.value}" for each in Sameness if each in found]
    return f"; of {counted(len(found), 'speed-up', 'speed-ups')}: {', '.join(told)} ({margin})"
