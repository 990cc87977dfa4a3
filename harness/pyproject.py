"""A project's pyproject.toml, as it is read by all who have a table in it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from harness.failure import HarnessError

PROJECT_FILE = "pyproject.toml"


class Pyproject(msgspec.Struct, frozen=True, kw_only=True):
    """place: how messages name the file. text: as it stands there; content: what it says."""

    place: str
    text: str
    content: dict[str, Any]


def read_pyproject(path: Path, place: str = PROJECT_FILE) -> Pyproject:
    """Read one. Raises HarnessError with the place of what keeps it from being read."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise HarnessError(f"{place}: not UTF-8: {wrong.reason} at byte {wrong.start}. TOML is UTF-8.") from wrong
    except OSError as wrong:
        raise HarnessError(f"{place}: cannot be read: {wrong.strerror or wrong}.") from wrong
    try:
        return Pyproject(place=place, text=text, content=tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        raise HarnessError(f"{place}: this is no TOML: {wrong}.") from wrong
    except (RecursionError, ValueError) as wrong:
        raise HarnessError(f"{place}: this is no TOML that can be understood: {wrong}.") from wrong
