"""What a failure comes to, in a line."""

from __future__ import annotations


def gist(text: str) -> str:
    """The line that says most: of a traceback by pytest the exception, which it marks with an E; else the last one.

    Empty where there is no text.
    """
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    marked = [
        line[1:].strip()
        for line, before in zip(lines, ["", *lines], strict=False)
        if line.startswith("E ") and before[:2] not in {"E", "E "}
    ]
    return (marked or [line.strip() for line in lines] or [""])[-1]
