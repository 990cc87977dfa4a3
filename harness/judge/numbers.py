"""The leaves of answers: two numbers, words or truth values side by side."""

import math
from collections.abc import Iterator
from typing import Any

import msgspec

from harness.record.schema import Tolerance

SPECIAL = "__float__"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One place at which two answers differ, in words. excess: beyond the tolerance; infinite where it is no number."""

    path: str
    words: str
    excess: float = math.inf


def compare_leaves(path: str, ours: Any, theirs: Any, tolerance: Tolerance) -> Iterator[Difference]:
    """The difference between two values that hold no others, if there is one.

    Numbers agree within the tolerance, integers and floats alike; nan agrees with nan. Text, truth values and None
    agree if they are equal. Values of different kinds don't agree.
    """
    ours, theirs = plain(ours), plain(theirs)
    if is_number(ours) and is_number(theirs):
        yield from _compare_numbers(path, ours, theirs, tolerance)
        return
    if type(ours) is not type(theirs) or ours != theirs:
        yield Difference(path=path, words=f"{_brief(ours)} against {_brief(theirs)}")


def plain(value: Any) -> Any:
    """The float that {"__float__": "nan"} stands for; anything else as it is."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get(SPECIAL), str):
        try:
            return float(value[SPECIAL])
        except ValueError:
            return value
    return value


def is_number(value: Any) -> bool:
    """Whether a value counts as a number: truth values don't."""
    return isinstance(value, int | float | complex) and not isinstance(value, bool)


def _compare_numbers(path: str, ours: Any, theirs: Any, tolerance: Tolerance) -> Iterator[Difference]:
    if ours == theirs or (_is_nan(ours) and _is_nan(theirs)):
        return
    try:
        distance = abs(ours - theirs)
        excess = float(distance - (tolerance.atol + tolerance.rtol * abs(theirs)))
    except OverflowError:
        distance, excess = math.inf, math.inf
    if not math.isfinite(excess):
        yield Difference(path=path, words=f"{_brief(ours)} against {_brief(theirs)}")
        return
    if excess > 0:
        yield Difference(path=path, words=f"{_pair(ours, theirs)}, {float(distance):.2g} apart", excess=excess)


def _is_nan(value: Any) -> bool:
    return bool(value != value)  # noqa: PLR0124  (true of nan alone, complex ones too)


def _pair(ours: Any, theirs: Any) -> str:
    """Two numbers with as many digits as it takes to tell them apart, at least four."""
    for digits in range(4, 17):
        texts = f"{ours:.{digits}g}", f"{theirs:.{digits}g}"
        if texts[0] != texts[1]:
            return f"{texts[0]} against {texts[1]}"
    return f"{ours!r} against {theirs!r}"


def _brief(value: Any) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
