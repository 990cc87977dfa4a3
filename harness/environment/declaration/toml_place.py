"""Finds where a value stands in a TOML file, because Python's parser doesn't say."""

from __future__ import annotations

import re


def line_of(text: str, table: str, key: str, value: str) -> int | None:
    """The line, from 1, of a string in an array: the first that has it in quotes, behind `[table]` and `key =`.

    None if it is written in a way that this doesn't see; a value's place is a help, and nothing depends on it.
    """
    began = re.search(rf"^\[{re.escape(table)}\]\s*$", text, re.MULTILINE)
    opened = re.compile(rf"^[\"']?{re.escape(key)}[\"']?\s*=", re.MULTILINE).search(text, began.end() if began else 0)
    if opened is None:
        return None
    found = re.compile(rf"([\"']){re.escape(value)}\1").search(text, opened.end())
    return text.count("\n", 0, found.start()) + 1 if found else None
