"""Text from outside (names, tracebacks, paths) made safe to print, and renderables turned into plain text."""

from __future__ import annotations

import io
import re

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """Text without terminal codes; other control characters become visible or a space. Line ends stay."""
    return _CONTROLS.sub(_visible, _ESCAPES.sub("", text.replace("\r\n", "\n")))


def line(text: str) -> str:
    """The same in one line."""
    return " ".join(clean(text).split())


def words(text: str, style: str = "") -> Text:
    """Text for rich that is taken as it is: square brackets in a test's name are no markup."""
    return Text(clean(text), style=style)


def bullet(text: str, style: str = "") -> Table:
    """A line of a list, its further lines indented."""
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(width=1)
    row.add_column(overflow="fold")
    row.add_row("-", words(text, style))
    return row


def to_text(renderable: RenderableType, width: int, plain: bool) -> str:
    """What a terminal of that width shows; plain: what a file gets, without colours and lines at the end padded."""
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=not plain,
        color_system=None if plain else "standard",
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as capture:
        console.print(renderable)
    if not plain:
        return capture.get()
    return "".join(f"{part.rstrip()}\n" for part in capture.get().split("\n")).rstrip("\n") + "\n"


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    if character in "\t\r":
        return " "
    return f"\\x{ord(character):02x}"
