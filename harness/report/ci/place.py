"""Where in the code a case lies."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import PurePosixPath

from harness.record.schema import Case, Record

Place = tuple[str, int]
"""A file, from the top of the repository, and a line, counted from 1."""


def place_of(record: Record, case: Case, text_of: Callable[[str], str | None]) -> Place:
    """The file and line of the test that a case is of; the first line where it isn't found.

    text_of: what stands in a file, named from the top of the repository; None where there is none.
    """
    file = _from_top(record, case.file)
    text = text_of(file)
    test = next((variant.nodeid for variant in case.variants if variant.twin_of is None), "")
    return file, _line_of(test, text) if text else 1


def place_told(record: Record, told: str, text_of: Callable[[str], str | None]) -> tuple[str | None, int]:
    """Where that lies of which a line says that it wasn't measured: the test, or the file that doesn't import, with
    which the line begins. None where it begins with neither.
    """
    of = [case for case in record.cases if told.startswith((f"{case.id}:", f"{case.id},"))]
    if of:
        return place_of(record, max(of, key=lambda case: len(case.id)), text_of)
    file = _from_top(record, told.partition(":")[0].partition(" in ")[0])
    return (None, 1) if text_of(file) is None else (file, 1)


def _from_top(record: Record, file: str) -> str:
    return (PurePosixPath(record.plan.folder) / file).as_posix()


def _line_of(nodeid: str, text: str) -> int:
    """nodeid: as pytest names a test: file::Class::test[parameters]."""
    names = nodeid.partition("[")[0].split("::")[1:]
    try:
        inner: list[ast.stmt] = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 1
    found = 1
    for name in names:
        defined = [each for each in inner if isinstance(each, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)]
        match = next((each for each in defined if each.name == name), None)
        if match is None:
            return found
        found, inner = match.lineno, match.body
    return found
