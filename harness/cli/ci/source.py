"""Texts of a project, as far as they can be read."""

from __future__ import annotations

import ast
from pathlib import Path


def text_of(path: Path) -> str:
    """What stands in a file; nothing where it can't be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def parsed(path: Path) -> ast.Module:
    """A file of Python; an empty one where it is none."""
    try:
        return ast.parse(text_of(path))
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module(body=[], type_ignores=[])
