"""Reads the text of a conda lock line by line, if it looks as the harness writes it: in a tenth of YAML's time.

It understands nothing else and checks nothing. Whoever calls it has to write again what was read, and may believe it
only if that is the same text.
"""

from __future__ import annotations

from typing import Any

_LISTS = ("channels", "platforms", "sources")


def header(text: str) -> dict[str, list[str]]:
    """The lists in the lock's metadata: of a channel its address."""
    lists: dict[str, list[str]] = {name: [] for name in _LISTS}
    into: list[str] = []
    for line in text.split("\n"):
        name = line.strip().removesuffix(":")
        if name in _LISTS:
            into = lists[name]
        elif line.startswith("  - "):
            into.append(_scalar(line[4:].removeprefix("url: ")))
    return lists


def entries(text: str) -> list[dict[str, Any]]:
    """The mappings of a list of mappings that hold texts, or mappings of texts. text: from behind the first `- `."""
    found: list[dict[str, Any]] = []
    for block in text.removesuffix("\n").split("\n- "):
        entry: dict[str, Any] = {}
        inner: dict[str, Any] = {}
        for line in block.split("\n"):
            key, _, value = line.lstrip().partition(": ")
            if line.startswith("    "):
                inner[_scalar(key)] = _scalar(value)
            elif value in {"", "{}"}:
                inner = entry[key.removesuffix(":")] = {}
            else:
                entry[key] = _scalar(value)
        found.append(entry)
    return found


def _scalar(text: str) -> str:
    return text[1:-1].replace("''", "'") if text.startswith("'") else text
