"""What a failure comes to, in a line."""

from __future__ import annotations

import re
from itertools import groupby

_EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(: |$)")


def gist(text: str) -> str:
    """The line that says most: of a traceback by pytest the exception, which it marks with an E; else the last one.

    Of the last lines so marked it is the one that begins with an exception's name: a syntax error has its place before
    it, and an assertion its details behind it. Empty where there is no text.
    """
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    marked = [[*block] for is_marked, block in groupby(lines, _is_marked) if is_marked]
    if not marked:
        return lines[-1].strip() if lines else ""
    said = [line[1:].strip() for line in marked[-1]]
    return next((line for line in said if _EXCEPTION.match(line)), said[0])


def _is_marked(line: str) -> bool:
    return line == "E" or line.startswith("E ")
