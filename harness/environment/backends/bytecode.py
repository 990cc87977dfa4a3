"""Compiled files that Python wrote anew: other bytes, and the same code.

What Python compiles again from an unchanged source, because somebody removed what was compiled, has the same header and
seldom the same bytes. Only the environment's own Python can tell that from an edited one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.environment.backends.interpreter import answer
from harness.environment.verification.drift import source_of
from harness.environment.verification.manifest import Census
from harness.failure import HarnessError

_MOST_AT_ONCE = 200  # their paths are part of a command, which has its limits
_QUESTION = r"""
import importlib.util, json, marshal, os, re

def is_its_source(path):
    source = importlib.util.source_from_cache(path)
    level = re.search(r"\.opt-([12])\.pyc$", path)
    with open(path, "rb") as file:
        compiled = file.read()
    with open(source, "rb") as file:
        code = compile(file.read(), source, "exec", dont_inherit=True, optimize=int(level.group(1)) if level else 0)
    return compiled[:4] == importlib.util.MAGIC_NUMBER and marshal.loads(compiled[16:]) == code

def told(path):
    try:
        return is_its_source(path)
    except Exception:
        return False

print(json.dumps([told(path) for path in PATHS]))
"""


def compiled_anew_taken_as_before(python: str, prefix: Path, before: Census, now: Census) -> Census:
    """The census, in which the compiled files that are what their sources compile to are as they were before."""
    files = dict(now.files)
    suspects = list(_suspects(before, now))
    for first in range(0, len(suspects), _MOST_AT_ONCE):
        paths = suspects[first : first + _MOST_AT_ONCE]
        for path, same in zip(paths, _are_their_sources(python, prefix, paths), strict=True):
            if same:
                files[path] = before.files[path]
    return msgspec.structs.replace(now, files=files)


def _suspects(before: Census, now: Census) -> Iterator[str]:
    """Other bytes behind the same header, beside the same source."""
    for path, live in now.files.items():
        was = before.files.get(path)
        if was is None or was.content == live.content or was.header != live.header:
            continue
        source = source_of(path)
        if source in now.files and source in before.files and now.files[source].content == before.files[source].content:
            yield path


def _are_their_sources(python: str, prefix: Path, paths: list[str]) -> list[bool]:
    question = _QUESTION.replace("PATHS", repr([str(prefix / path) for path in paths]))
    try:
        told = msgspec.json.decode(answer(python, question), type=list[bool])
    except (HarnessError, msgspec.DecodeError):
        told = []
    return told if len(told) == len(paths) else [False] * len(paths)
