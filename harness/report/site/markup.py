"""What the terminal shows as HTML: the same renderables, laid out by the browser instead of by rich.

Nothing is said twice: a run's page walks the very report that `harness show` prints.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from rich.console import Console, ConsoleOptions
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.report.columns import Column, Columns
from harness.report.curve_table import CurveTable
from harness.report.imported import ImportedTable
from harness.report.plain import to_text
from harness.report.side_table import SideTable
from harness.report.table import CaseTable

WIDE = 10_000  # characters: no table is cut into two, no name folded
_TITLED = (CaseTable, ImportedTable, SideTable, CurveTable)
_COLOURS = ("red", "green", "yellow", "dim", "bold")


class _Block(NamedTuple):
    """kind: what neighbours are joined into: a list (ul), a text whose spaces count (pre), or nothing."""

    kind: str
    html: str


def markup(renderable: Any) -> Markup:
    """A renderable of the report room, and all that it consists of, as HTML."""
    parts: list[str] = []
    for kind, blocks in groupby(_blocks(renderable), key=lambda block: block.kind):
        told = [block.html for block in blocks]
        if kind == "ul":
            parts.append(f"<ul>{''.join(told)}</ul>")
        elif kind == "pre":
            text = "\n".join(told)
            parts.append(f'<pre tabindex="0">{text}</pre>')
        else:
            parts += told
    return Markup("".join(parts))  # noqa: S704 - all of it went through escape


def _blocks(item: Any) -> Iterator[_Block]:
    if isinstance(item, Text):
        yield from _text(item)
    elif isinstance(item, Columns):
        yield _Block("", _columns(item))
    elif isinstance(item, Table):
        yield _table(item)
    elif isinstance(item, Padding):
        yield _Block("pre", str(escape(to_text(item.renderable, WIDE, plain=True).rstrip("\n"))))
    elif isinstance(item, _TITLED):
        yield _Block("", _section(item))
    elif hasattr(item, "__rich_console__"):
        console, options = _wide()
        for part in item.__rich_console__(console, options):
            yield from _blocks(part)
    else:
        yield _Block("pre", str(escape(to_text(item, WIDE, plain=True).rstrip("\n"))))


def _section(item: Any) -> str:
    console, options = _wide()
    title, *rest = item.__rich_console__(console, options)
    body = "".join(markup(part) for part in [_Together(rest)])
    return f'<section class="case"><h3>{escape(title.plain)}</h3>{body}</section>'


class _Together:
    """Parts that follow each other."""

    def __init__(self, parts: list[Any]) -> None:
        self._parts = parts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Any]:
        yield from self._parts


def _text(text: Text) -> Iterator[_Block]:
    plain = text.plain
    if not plain.strip():
        return
    if "   " in plain:  # drawn with characters
        yield _Block("pre", str(escape(plain)))
        return
    yield _Block("", f"<p{_class(str(text.style))}>{escape(plain)}</p>")


def _table(table: Table) -> _Block:
    """A table of rich's own: a bullet, or pairs of names and values."""
    columns = [list(column.cells) for column in table.columns]
    rows = list(zip(*columns, strict=True))
    if len(rows) == 1 and len(columns) == 2 and str(rows[0][0]) == "-":
        told = rows[0][1]
        return _Block("ul", f"<li{_class(str(getattr(told, 'style', '')))}>{escape(str(told))}</li>")
    cells = "".join(
        f'<tr><th scope="row" class="indent-{_depth(str(first))}">{escape(str(first).strip())}</th>'
        f"{''.join(f'<td>{escape(str(cell))}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return _Block("", f'<div class="scroll"><table class="pairs"><tbody>{cells}</tbody></table></div>')


def _columns(table: Columns) -> str:
    columns = [table.names, *table.columns]
    head = f'<th scope="col">{escape(table.names.heading)}</th>'
    head += "".join(f'<th scope="col"{_side(column)}>{escape(column.heading)}</th>' for column in table.columns)
    body = "".join(f"<tr>{_row(columns, row)}</tr>" for row in range(len(table.names.cells)))
    caption = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    return f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(columns: list[Column], row: int) -> str:
    names, *others = columns
    cells = [f'<th scope="row">{escape(names.cells[row])}</th>']
    for column in others:
        style = column.styles[row] if column.styles else ""
        classes = [*([] if column.left else ["n"]), *_classes(style)]
        told = f' class="{" ".join(classes)}"' if classes else ""
        cells.append(f"<td{told}>{escape(column.cells[row])}</td>")
    return "".join(cells)


def _side(column: Column) -> str:
    return "" if column.left else ' class="n"'


def _class(style: str) -> str:
    found = _classes(style)
    return f' class="{" ".join(found)}"' if found else ""


def _classes(style: str) -> list[str]:
    return [f"is-{word}" for word in style.split() if word in _COLOURS]


def _depth(name: str) -> int:
    return min((len(name) - len(name.lstrip(" "))) // 2, 4)


@cache
def _wide() -> tuple[Console, ConsoleOptions]:
    console = Console(file=io.StringIO(), width=WIDE, legacy_windows=False, _environ={})
    return console, console.options
