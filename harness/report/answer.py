"""The answer to a question in SQL, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from rich.console import Console, ConsoleOptions, RenderResult

from harness.report.columns import Column, Columns
from harness.report.plain import line, words
from harness.report.quantity import MISSING


class AnswerTable:
    """Columns as they were asked for, and a row for each row; what is not there is a dash."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self._columns = columns
        self._rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self._rows:
            yield words("No row.")
            return
        cells = [[line(plain_value(row[place], MISSING)) for row in self._rows] for place in range(len(self._columns))]
        numbers = [all(_is_number(row[place]) for row in self._rows) for place in range(len(self._columns))]
        first, *others = [
            Column(line(name), texts, left=not number)
            for name, texts, number in zip(self._columns, cells, numbers, strict=True)
        ]
        yield Columns(first, others)


def plain_value(value: Any, missing: str) -> str:
    """A value as text: lists and maps as JSON."""
    if value is None:
        return missing
    if isinstance(value, list | dict | tuple):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return f"{value:.6g}" if isinstance(value, float) and missing else str(value)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
