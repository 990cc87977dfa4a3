"""Which of two variants takes less time along an axis, and where that changes."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from harness.judge.comparisons import holm
from harness.judge.curves.crossing import Place, crossing
from harness.judge.curves.line import Points
from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, FEWEST_FOR_RANKS
from harness.judge.looks import Looks, interval_after, repeated_p
from harness.record.schema import Crossing, Estimate, Interval, Order, OrderPoint

CONFIDENCE = 0.95


class Pair(msgspec.Struct, frozen=True):
    """Two variants at the values where they may be compared.

    values: ascending. log_ratios: per value, shape (launches of it,), the second's time over the first's. looks: per
    value, those that were taken of its case before it ended. whole: values come whole, as workers do, so that there is
    nothing to look for between two of them.
    """

    first: str
    second: str
    values: list[float]
    log_ratios: list[Floats]
    looks: list[Looks]
    whole: bool = False


def order_of(pair: Pair) -> Order:
    """The order of two variants at each value, and every change of it.

    At a value the order is known if the t interval of the ratio excludes 1 at the level that Holm leaves it among the
    pair's values, and three to five launches agree; so in 95 of 100 pairs no order is wrong. It changes where two known
    orders differ with none known between them: ratios that merely lie on either side of 1 are no change.
    """
    signs = known_signs(pair.log_ratios, pair.looks)
    return Order(
        first=pair.first,
        second=pair.second,
        points=[
            OrderPoint(value=value, ratio=ratio_after(each, taken), faster={-1: pair.second, 1: pair.first}.get(sign))
            for value, each, taken, sign in zip(pair.values, pair.log_ratios, pair.looks, signs, strict=True)
        ],
        crossings=[_crossing(pair, low, high) for low, high in _changes(signs)],
    )


def known_signs(log_ratios: Sequence[Floats], looks: Sequence[Looks]) -> list[int]:
    """Of each log ratio its sign, as far as it is known, else 0; adjusted for looks, and over all of them (Holm).

    log_ratios: per comparison, shape (launches,).
    """
    carrying = [place for place, each in enumerate(log_ratios) if each.size >= FEWEST]
    adjusted = holm([repeated_p(log_ratios[place], looks[place]) for place in carrying], CONFIDENCE)
    signs = [0] * len(log_ratios)
    for place, adjustment in zip(carrying, adjusted, strict=True):
        each = log_ratios[place]
        few = each.size < FEWEST_FOR_RANKS and not (np.all(each > 0) or np.all(each < 0))
        if adjustment.p_value <= 1 - CONFIDENCE and not few:
            signs[place] = int(np.sign(np.mean(each)))
    return signs


def ratio_after(log_ratios: Floats, looks: Looks) -> Estimate:
    """A ratio with the interval that holds after these looks. log_ratios: shape (launches,), at least one."""
    interval: Interval | None = interval_after(log_ratios, looks, CONFIDENCE) if log_ratios.size >= FEWEST else None
    return Estimate(value=math.exp(float(np.mean(log_ratios))), interval=interval)


def _changes(signs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The places of neighbouring known orders that differ."""
    known = [place for place, sign in enumerate(signs) if sign]
    for low, high in pairwise(known):
        if signs[low] != signs[high]:
            yield low, high


def _crossing(pair: Pair, low: int, high: int) -> Crossing:
    points = Points(np.log(np.array(pair.values)), pair.log_ratios)
    found = None if pair.whole else crossing(points, low, high, CONFIDENCE)
    return Crossing(
        below=pair.values[low],
        above=pair.values[high],
        faster=pair.second if np.mean(pair.log_ratios[high]) < 0 else pair.first,
        unknown=pair.values[low + 1 : high],
        estimate=_estimate(found) if found else None,
    )


def _estimate(found: Place) -> Estimate:
    if found.low is None or found.high is None:
        return Estimate(value=math.exp(found.x))
    interval = Interval(low=math.exp(found.low), high=math.exp(found.high), confidence=CONFIDENCE)
    return Estimate(value=math.exp(found.x), interval=interval)
