"""A series in a line of eight heights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

HEIGHTS = "▁▂▃▄▅▆▇█"
# What lies closer together than this is drawn as one height: it is no change.
LEAST_RANGE = 0.05


def sparkline(values: Sequence[float | None], width: int) -> str:
    """At most so many characters, each for as many values: the middle one of those that are there, or a blank.

    values: above zero. Heights are by the logarithm, from the lowest to the highest of what is drawn.
    """
    drawn = [_middle(part) for part in _parts(values, width)]
    logs = [math.log(each) for each in drawn if each is not None]
    if not logs:
        return " " * len(drawn)
    low, high = min(logs), max(logs)
    middle = (low + high) / 2
    reach = max(high - low, LEAST_RANGE)
    return "".join(" " if each is None else _height((math.log(each) - middle) / reach) for each in drawn)


def _height(place: float) -> str:
    """place: from -0.5 to 0.5."""
    return HEIGHTS[min(len(HEIGHTS) - 1, int((place + 0.5) * len(HEIGHTS)))]


def _parts(values: Sequence[float | None], width: int) -> list[Sequence[float | None]]:
    count = min(width, len(values))
    edges = [round(number * len(values) / count) for number in range(count + 1)] if count else []
    return [values[begin:end] for begin, end in pairwise(edges)]


def _middle(part: Sequence[float | None]) -> float | None:
    there = sorted(value for value in part if value is not None and value > 0)
    return there[(len(there) - 1) // 2] if there else None
