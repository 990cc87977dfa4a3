"""The table of a case that another tool measured: times, and nothing that they were held against."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.schema import Case, CaseJudgement, Verdict
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words
from harness.report.quantity import seconds, size


class ImportedTable:
    """A case for rich: what each of its tests took, and why those that took nothing were not measured."""

    def __init__(self, case: Case, judgement: CaseJudgement | None) -> None:
        self._case = case
        self._rows = judgement.variants if judgement else []

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield words(line(self._case.group or self._case.id), "bold")
        if self._case.file:
            yield words(line(self._case.file), "dim")
        yield words("")
        columns = [Column("time", [seconds(row.median_s) for row in self._rows])]
        if any(row.peak_bytes is not None for row in self._rows):
            columns.append(Column("peak memory", [size(row.peak_bytes) for row in self._rows]))
        yield Columns(Column("test", [line(row.variant) for row in self._rows]), columns)
        for row in self._rows:
            if row.verdict is Verdict.NOT_MEASURED:
                yield bullet(f"{line(row.variant)} was not measured: {line(row.reason)}.")
