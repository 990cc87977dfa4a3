"""A picture of curves in characters, with both axes logarithmic: for terminals and pipes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

MARKS = "ox+#@%&~"
LIMIT = "-"
SEVERAL = "*"
BETWEEN = "."
CROSSING = ":"
LEFT = 11


class Series(NamedTuple):
    """Points of one curve, ascending in x, all above zero, and how each is marked."""

    mark: str
    points: list[tuple[float, float]]


class Frame(NamedTuple):
    """The logarithms that the picture's edges stand for, and its size in characters."""

    left: float
    right: float
    bottom: float
    top: float
    width: int
    height: int

    def column(self, x: float) -> int:
        return round((math.log10(x) - self.left) / (self.right - self.left) * (self.width - 1))

    def row(self, y: float) -> int:
        return round((self.top - math.log10(y)) / (self.top - self.bottom) * (self.height - 1))


def mark(place: int) -> str:
    """The mark of the so-many-th curve: after eight signs, letters."""
    return MARKS[place] if place < len(MARKS) else chr(ord("a") + (place - len(MARKS)) % 26)


def character_plot(
    series: Sequence[Series],
    crossings: Sequence[float],
    labels: tuple[Callable[[float], str], Callable[[float], str]],
    size: tuple[int, int],
) -> list[str]:
    """Lines of text, none longer than the width.

    crossings: values of x that get an upright line. labels: how values of x and of y are written. size: columns and
    rows in all.
    """
    columns, rows = size
    frame = _frame(series, columns - LEFT - 1, rows - 2)
    cells = [[" "] * frame.width for _ in range(frame.height)]
    for x in crossings:
        if frame.left <= math.log10(x) <= frame.right:
            for row in cells:
                row[frame.column(x)] = CROSSING
    for each in series:
        _dot(cells, frame, each)
    for each in series:
        _put(cells, frame, each)
    x_label, y_label = labels
    told = _y_labels(frame, y_label)
    lines = [f"{told.get(row, ''):>{LEFT - 1}} |{''.join(cells[row])}".rstrip() for row in range(frame.height)]
    values = sorted({x for each in series for x, _ in each.points})
    lines.append(" " * LEFT + "+" + "-" * frame.width)
    lines.append(_x_labels(frame, values, x_label))
    return lines


def _frame(series: Sequence[Series], width: int, height: int) -> Frame:
    xs = [math.log10(x) for each in series for x, _ in each.points]
    ys = [math.log10(y) for each in series for _, y in each.points]
    left, right = _apart(min(xs), max(xs))
    bottom, top = _apart(min(ys), max(ys))
    return Frame(left, right, bottom, top, max(10, width), max(4, height))


def _apart(low: float, high: float) -> tuple[float, float]:
    """Ends that are not the same: what never changes is drawn in the middle."""
    return (low, high) if high - low > 1e-9 else (low - 0.5, high + 0.5)


def _dot(cells: list[list[str]], frame: Frame, series: Series) -> None:
    """Dots from point to point, wherever nothing stands."""
    for (x1, y1), (x2, y2) in zip(series.points, series.points[1:], strict=False):
        first, last = frame.column(x1), frame.column(x2)
        for column in range(first + 1, last):
            share = (column - first) / (last - first)
            row = round(frame.row(y1) + share * (frame.row(y2) - frame.row(y1)))
            if cells[row][column] == " ":
                cells[row][column] = BETWEEN


def _put(cells: list[list[str]], frame: Frame, series: Series) -> None:
    for x, y in series.points:
        row, column = frame.row(y), frame.column(x)
        there = cells[row][column]
        cells[row][column] = series.mark if there in {" ", BETWEEN, CROSSING, LIMIT} else SEVERAL


def _ten_to(power: float) -> float:
    """A power of ten, held within what a float can say."""
    return float(10.0 ** min(power, 308.0))


def _y_labels(frame: Frame, label: Callable[[float], str]) -> dict[int, str]:
    """The ends, and the powers of ten between them, where there is room."""
    found = {0: label(_ten_to(frame.top)), frame.height - 1: label(_ten_to(frame.bottom))}
    for power in range(math.ceil(frame.bottom), math.floor(frame.top) + 1):
        row = frame.row(10.0**power)
        if all(abs(row - other) > 1 for other in found):
            found[row] = label(10.0**power)
    return found


def _x_labels(frame: Frame, values: Sequence[float], label: Callable[[float], str]) -> str:
    """The values below their columns, those left out that would touch another; the ends first."""
    text = [" "] * (LEFT + 1 + frame.width)
    for value in [*values[:1], *values[-1:], *values[1:-1]]:
        told = label(value)
        begin = LEFT + 1 + frame.column(value) - len(told) // 2
        begin = min(begin, len(text) - len(told))
        room = text[max(0, begin - 1) : begin + len(told) + 1]
        if all(character == " " for character in room):
            text[begin : begin + len(told)] = told
    return "".join(text).rstrip()
