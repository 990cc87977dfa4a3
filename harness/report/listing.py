"""The store's list: a line for each record, and the files that are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.summary import Damaged, Summary
from harness.report.columns import GUTTER, Column, Columns
from harness.report.plain import bullet, line

_UNBROKEN = 10_000
_NARROWEST = 14


class StoreList:
    """The records of a store for rich, oldest first; damaged files are named below.

    A record is one line, and so is a file: whoever looks for an id, or copies one, finds it whole. To keep to the
    width, environments are cut, as they stand last; where that isn't enough, the line is longer.

    newest: how many are shown; all, if None.
    """

    def __init__(
        self, summaries: Sequence[Summary], damaged: Sequence[Damaged] = (), newest: int | None = None
    ) -> None:
        self._all = summaries
        self._shown = summaries if newest is None else summaries[max(0, len(summaries) - newest) :]
        self._damaged = damaged

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        unbroken = options.update(width=_UNBROKEN)
        if self._shown:
            ids, columns = Column("id", self._short_ids()), self._columns()
            room = options.max_width - sum(column.width + GUTTER for column in [ids, *columns])
            where = [_cut(_environment(record), max(_NARROWEST, room)) for record in self._shown]
            yield from console.render(Columns(ids, [*columns, Column("environment", where, left=True)]), unbroken)
        for file in self._damaged:
            yield from console.render(bullet(f"not read: {file.path}: {line(file.why)}", "yellow"), unbroken)

    def _short_ids(self) -> list[str]:
        """The ids' suffixes, with which a record is found too, or the whole id where another one ends like it."""
        seen = Counter(_suffix(record) for record in self._all)
        return [line(record.id) if seen[_suffix(record)] > 1 else _suffix(record) for record in self._shown]

    def _columns(self) -> list[Column]:
        records = self._shown
        return [
            Column("began", [_when(record.began) for record in records], left=True),
            Column("scale", [line(record.scale) for record in records], left=True),
            Column("cases", [str(record.cases) for record in records]),
            Column("faster/ slower/ other", [_verdicts(record) for record in records]),
            Column("other answer", [_differ(record) for record in records]),
            Column("missing", [str(record.missing) for record in records]),
        ]


def _suffix(record: Summary) -> str:
    return line(record.id).rpartition("-")[2]


def _when(began: str) -> str:
    try:
        return f"{datetime.fromisoformat(began):%Y-%m-%d %H:%M}"
    except ValueError:
        return line(began)


def _environment(record: Summary) -> str:
    drifted = "DRIFTED " if record.state == "drifted" else ""
    against = "".join(f" against {line(address)}" for address in record.against)
    return f"{drifted}{line(record.environment)}{against}"


def _cut(text: str, room: int) -> str:
    return text if cell_len(text) <= room else f"{set_cell_size(text, room - 1).rstrip()}…"


def _verdicts(record: Summary) -> str:
    faster, slower = (record.verdicts.get(name, 0) for name in ("faster", "slower"))
    return f"{faster}/{slower}/{sum(record.verdicts.values()) - faster - slower}"


def _differ(record: Summary) -> str:
    return str(record.answers.get("differ", 0) + record.answers.get("unstable", 0))
