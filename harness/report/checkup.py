"""What the doctor found, as text: a row for each check, with its cost and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from harness.machine.doctor import Checkup, Cost, Finding, Level
from harness.report.plain import line, words
from harness.report.quantity import significant

_STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.BAD: "bold red", Level.UNKNOWN: "dim"}


class CheckupTable:
    """A checkup for rich: a row for each check, and whether the machine is fit."""

    def __init__(self, checkup: Checkup) -> None:
        self._checkup = checkup

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for finding in self._checkup.findings:
            level = Text(str(finding.level), style=_STYLES[finding.level])
            table.add_row(level, Text(finding.check), words("\n".join(_lines(finding))))
        yield table
        yield Text("")
        yield _conclusion(self._checkup)


def _lines(finding: Finding) -> Iterator[str]:
    yield line(finding.what)
    if finding.cost:
        yield f"cost: {_told(finding.cost)}"
    if finding.remedy and finding.level is not Level.OK:
        yield f"do: {line(finding.remedy)}"


def _told(cost: Cost) -> str:
    ratio = significant(cost.ratio) if abs(cost.ratio - 1) >= 0.01 else f"{cost.ratio:.4f}"
    return f"{ratio} times ({line(cost.how)})"


def _conclusion(checkup: Checkup) -> Text:
    counts = {level: sum(finding.level is level for finding in checkup.findings) for level in Level}
    counted = ", ".join(f"{count} {level}" for level, count in counts.items() if count)
    if checkup.fit:
        return words(f"Fit to measure: {counted}.", "bold")
    bad = [finding for finding in checkup.findings if finding.level is Level.BAD]
    policies = "; ".join(f"{finding.check}: {finding.policy}" for finding in bad if finding.policy)
    return words(f"Not fit to measure ({counted}). What counts as bad is policy: {policies}.", "bold red")
