"""Where a hung process stood, from what faulthandler wrote as it was ended."""

from __future__ import annotations

_OWN = "Current thread"
_FRAME = "  File "


def innermost(dump: str, most: int) -> list[str]:
    """The frames of the thread that was signalled, most recent call last, as in a traceback; at most so many.

    faulthandler writes the most recent call first, so that the last lines of its dump are those of the test runner.
    """
    lines = dump.splitlines()
    own = next((place for place, line in enumerate(lines) if line.startswith(_OWN)), None)
    if own is None:
        return []
    frames: list[str] = []
    for line in lines[own + 1 :]:
        if not line.startswith(_FRAME) or len(frames) == most:
            break
        frames.append(line)
    return frames[::-1]
