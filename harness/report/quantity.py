"""Figures as text: three significant digits and the unit that keeps them short."""

from __future__ import annotations

import math
from decimal import Decimal

MISSING = "-"
_TIMES = ((1e-6, 1e-9, "ns"), (1e-3, 1e-6, "µs"), (1.0, 1e-3, "ms"), (120.0, 1.0, "s"), (7200.0, 60.0, "min"))
_SIZES = ((1e3, 1.0, "B"), (1e6, 1e3, "kB"), (1e9, 1e6, "MB"), (1e12, 1e9, "GB"))


def significant(value: float, digits: int = 3) -> str:
    """A number with that many significant digits: 0.170, 5.40, 23.8, 1,230, 1.2e-05."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    exponent = int(f"{value:.{digits - 1}e}".partition("e")[2])
    if not -4 <= exponent < 7:
        return f"{value:.{digits - 1}e}"
    decimals = digits - 1 - exponent
    return f"{round(value, decimals):,.{max(decimals, 0)}f}"


def seconds(value: float | None) -> str:
    """A time: 315 µs, 10.2 ms, 23.8 s, 16.1 min, 2.50 h."""
    if value is None:
        return MISSING
    return _scaled(value, _TIMES, (3600.0, "h"))


def size(value: float | None) -> str:
    """A size in decimal units: 251 MB, 1.60 GB."""
    if value is None:
        return MISSING
    if abs(value) < 1000:
        return f"{value:.0f} B"
    return _scaled(value, _SIZES, (1e12, "TB"))


def share(value: float | None) -> str:
    """A part of one in per cent: 78 %, 3.2 %."""
    if value is None:
        return MISSING
    return f"{significant(100 * value, 2)} %"


def number(value: float) -> str:
    """A count as it is, another number with four significant digits."""
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**12 else f"{Decimal(value):.3e}"
    return significant(value, 4)


def _scaled(value: float, units: tuple[tuple[float, float, str], ...], last: tuple[float, str]) -> str:
    rounded = abs(float(f"{value:.2e}"))
    if rounded == 0:
        return "0 s"
    for below, factor, unit in units:
        if rounded < below:
            return f"{significant(value / factor)} {unit}"
    return f"{significant(value / last[0])} {last[1]}"


def counted(count: int, one: str, several: str) -> str:
    """A count with its noun: "1 launch", "6 launches"."""
    return f"{count} {one if count == 1 else several}"


def whole(value: float) -> str:
    """A number that a suite has set, in full: 11,314, 0.25."""
    if value.is_integer() and abs(value) < 10**15:
        return f"{int(value):,}"
    return f"{value:,.6g}"


def compact(value: float) -> str:
    """The same in little room, to three digits: 100, 1k, 3.16k, 10M."""
    if not 1 <= abs(value) < 1e15:
        return f"{value:.3g}"
    for factor, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor * 0.9995:
            return f"{value / factor:.3g}{letter}"
    return f"{value:.3g}"
