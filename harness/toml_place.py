"""Finds where something stands in a TOML file, because Python's parser doesn't say.

A place is a help, and nothing depends on it: None stands for what is written in a way that isn't seen here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_KEY = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]")


def line_of(text: str, table: str, key: str, value: str) -> int | None:
    """The line, from 1, of a string in an array: the first that has it in quotes, behind `[table]` and `key =`."""
    began = re.search(rf"^\[{re.escape(table)}\]\s*$", text, re.MULTILINE)
    opened = re.compile(rf"^[\"']?{re.escape(key)}[\"']?\s*=", re.MULTILINE).search(text, began.end() if began else 0)
    if opened is None:
        return None
    found = re.compile(rf"([\"']){re.escape(value)}\1").search(text, opened.end())
    return text.count("\n", 0, found.start()) + 1 if found else None


def line_of_key(text: str, path: Sequence[str]) -> int | None:
    """The line, from 1, of a key or a table, named by all keys that lead to it.

    One that stands in an inline table has the line on which that one begins.
    """
    wanted = tuple(path)
    table: tuple[str, ...] = ()
    around: int | None = None
    for number, written in enumerate(text.split("\n"), 1):
        header, key = _HEADER.match(written), _KEY.match(written)
        if header:
            table = here = _parts(header[1])
        elif key:
            here = (*table, *_parts(key[1]))
        else:
            continue
        if here[: len(wanted)] == wanted:
            return number
        if key and wanted[: len(here)] == here:
            around = number
    return around


def _parts(dotted: str) -> tuple[str, ...]:
    parts: list[str] = []
    try:
        value: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    while isinstance(value, dict):
        ((name, value),) = value.items()
        parts.append(name)
    return tuple(parts)
