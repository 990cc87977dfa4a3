"""What was found in a store that was looked at from top to bottom."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.checking import Checked
from harness.report.plain import bullet, line, words
from harness.report.quantity import counted


class CheckedStore:
    """A line for each finding, and how much was looked at."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found = self._checked
        for finding in sorted(found.findings, key=lambda finding: not finding.grave):
            yield bullet(f"{line(finding.path)}: {line(finding.what)}", "red" if finding.grave else "yellow")
        told = [
            counted(found.records, "record", "records"),
            counted(found.locks, "lock", "locks"),
            counted(found.anchors, "anchor", "anchors"),
            counted(found.variances, "file of noise", "files of noise"),
        ]
        yield words(f"{', '.join(told)}: {'all whole.' if found.is_sound else 'not all are whole.'}")
