"""All anchors as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.schema import Anchor
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words

_SHORT = 12


class AnchorList:
    """Anchors for rich: a row for each, and why it was made below."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self._anchors = anchors

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self._anchors:
            yield words("There is no anchor yet. Make a commit the first one: harness anchor set HEAD --why '...'")
            return
        columns = [
            Column("name", [line(each.tag) for each in self._anchors], left=True),
            Column("environment", [line(each.address) for each in self._anchors], left=True),
            Column("commit", [line(each.commit[:_SHORT]) for each in self._anchors], left=True),
            Column("lock", [line(each.lock_digest[:_SHORT]) for each in self._anchors], left=True),
            Column("made", [line(each.made[:10]) for each in self._anchors], left=True),
        ]
        yield Columns(Column("anchor", [str(each.number) for each in self._anchors]), columns)
        yield from (bullet(f"{each.number}: {line(each.why)}") for each in self._anchors)
