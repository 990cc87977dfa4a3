"""Tables that keep to the width they are given: names fold, and columns that don't fit go into a table below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.table import Table
from rich.text import Text

from harness.report.long_rows import LongRows
from harness.report.plain import words

GUTTER = 2
NARROWEST_NAME = 16
WIDEST_NAME = 32
LONG = 200
_SEPARATORS = re.compile(r"(?<=[-_ .,:/\]\[(])")


@dataclass(frozen=True)
class Column:
    """A heading and a cell for every row. styles: by cell, only a help: no meaning lies in colour alone."""

    heading: str
    cells: list[str]
    left: bool = False
    styles: list[str] | None = None

    @cached_property
    def width(self) -> int:
        """What it takes: the widest cell, or the longest word of the heading."""
        pieces = [*self.heading.split(" "), *(part for cell in self.cells for part in cell.split("\n"))]
        return max(map(cell_len, pieces), default=0)


class Columns:
    """A table whose first column names the rows; as many tables below each other as the width asks for."""

    def __init__(self, names: Column, columns: Sequence[Column], title: str = "") -> None:
        self.names = names
        self.columns = columns
        self.title = title

    def fits(self, width: int) -> bool:
        """Whether all columns stand beside each other, the names folded at worst."""
        return self._room_for_names(self.columns, width) >= min(self.names.width, NARROWEST_NAME)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.title:
            yield words(self.title, "dim")
        for number, columns in enumerate(self._chunks(options.max_width)):
            if number:
                yield Text("")
            yield self._table(columns, options.max_width)
            if self._is_long:
                yield self._long_rows(columns, options.max_width)

    @property
    def _is_long(self) -> bool:
        """Whether rich would take its time for the rows, and nothing but plain cells is lost by doing without it."""
        return len(self.names.cells) > LONG and not any(column.styles for column in [self.names, *self.columns])

    def _room(self, columns: Sequence[Column], width: int) -> int:
        return max(1, min(self.names.width, WIDEST_NAME, self._room_for_names(columns, width)))

    def _long_rows(self, columns: Sequence[Column], width: int) -> LongRows:
        room = self._room(columns, width)
        return LongRows(
            widths=[room, *(_capped(column, width) for column in columns)],
            left=[True, *(column.left for column in columns)],
            columns=[[_folded(name, room) for name in self.names.cells], *(column.cells for column in columns)],
        )

    def _room_for_names(self, columns: Sequence[Column], width: int) -> int:
        return width - sum(_capped(column, width) + GUTTER for column in columns)

    def _chunks(self, width: int) -> Iterator[list[Column]]:
        chunk: list[Column] = []
        least = min(self.names.width, NARROWEST_NAME, width // 3)
        for column in self.columns:
            if chunk and self._room_for_names([*chunk, column], width) < least:
                yield chunk
                chunk = []
            chunk.append(column)
        yield chunk

    def _table(self, columns: list[Column], width: int) -> Table:
        room = self._room(columns, width)
        table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, GUTTER, 0, 0), header_style="bold")
        widths = [_capped(column, width) for column in columns]
        headings = _level([_heading_lines(self.names.heading, room), *map(_heading_lines, _headings(columns), widths)])
        table.add_column(Text(headings[0]), width=room, overflow="fold")
        for column, heading, fixed in zip(columns, headings[1:], widths, strict=True):
            justify: JustifyMethod = "left" if column.left else "right"
            table.add_column(Text(heading), width=fixed, justify=justify, overflow="fold")
        for row, name in enumerate([] if self._is_long else self.names.cells):
            table.add_row(
                words(_folded(name, room), _style(self.names, row)),
                *(words(column.cells[row], _style(column, row)) for column in columns),
            )
        return table


def _style(column: Column, row: int) -> str:
    return column.styles[row] if column.styles else ""


def _capped(column: Column, width: int) -> int:
    """A column's width; a single one leaves half for the names."""
    return min(column.width, max(1, width // 2))


def _headings(columns: Sequence[Column]) -> list[str]:
    return [column.heading for column in columns]


def _heading_lines(heading: str, width: int) -> list[str]:
    """A heading in as few lines as the width allows."""
    lines = [""]
    for word in heading.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and cell_len(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _level(headings: list[list[str]]) -> list[str]:
    """Headings filled up from above, so that all stand on one line."""
    deepest = max(map(len, headings))
    return ["\n" * (deepest - len(lines)) + "\n".join(lines) for lines in headings]


def _folded(name: str, room: int) -> str:
    """A name in lines of that width, broken after a separator where there is one."""
    lines = [""]
    for piece in _SEPARATORS.split(name):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return "\n".join(text.rstrip() for text in lines)
