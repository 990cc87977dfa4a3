"""How anchors stand to each other, by the nights that measured both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from operator import attrgetter

import msgspec
import numpy as np

from harness.judge.history.columns import measured
from harness.judge.history.level import level_of
from harness.judge.launches import factor, student_t
from harness.record.history import Link
from harness.record.schema import Interval
from harness.record.series import Series

# The variance of a link that no night has measured: nothing is known of it.
UNKNOWN = 1.0
# Of a link that one night has measured: a standard deviation of 3 %.
_OF_ONE_NIGHT = 0.03**2
NORMAL = 1.959964


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """An anchor over the first one: the logarithm of their ratio, and its variance."""

    shift: float
    variance: float


def links_of(series: Series, elsewhere: Sequence[Series] = ()) -> list[Link]:
    """Each pair of anchors that nights have measured in lockstep, the mean over these nights with Student's t over
    them; a night that stands out is left out.

    elsewhere: the same figure on other models of processor, for pairs that this one has no night of.
    """
    nights = _nights(series)
    for other in elsewhere:
        for pair, found in _nights(other).items():
            if pair not in _nights(series):
                nights.setdefault(pair, []).extend(found)
    return [_link(*pair, found) for pair, found in sorted(nights.items())]


def chains_of(links: Sequence[Link], anchors: Sequence[int]) -> dict[int, Chain]:
    """How each of some anchors stands to the first one, through as few links as there are.

    The variances of the links on the way add up. They are an error that all figures of an anchor have in common: it
    doesn't disturb a step between two nights of one anchor, and counts in full in one between nights of two. An anchor
    that nothing links stands for itself, and its variance says that nothing is known.
    """
    first = min(anchors, default=1)
    chains = {first: Chain(shift=0.0, variance=0.0)}
    ways = [(link.before, link.anchor, math.log(link.ratio), _variance(link)) for link in links]
    ways += [(after, before, -shift, variance) for before, after, shift, variance in ways]
    reached = [first]
    for anchor in reached:
        for begin, end, shift, variance in ways:
            if begin == anchor and end not in chains:
                chains[end] = Chain(shift=chains[anchor].shift + shift, variance=chains[anchor].variance + variance)
                reached.append(end)
    return {anchor: chains.get(anchor, Chain(shift=0.0, variance=UNKNOWN)) for anchor in {first, *anchors}}


def _nights(series: Series) -> dict[tuple[int, int], list[float]]:
    """The logarithms of what nights found of the second of two anchors over the first, by (first, second)."""
    between = measured(series).between
    found: dict[tuple[int, int], list[float]] = {}
    for before, anchor, log in zip(
        *(each.tolist() for each in (between.before, between.anchors, between.logs)), strict=True
    ):
        found.setdefault((before, anchor), []).append(log)
    return found


def _link(before: int, anchor: int, nights: Sequence[float]) -> Link:
    level = level_of(np.array(nights))
    interval = None
    if level.count >= 2:
        half = student_t(level.count - 1, 0.95) * level.error
        interval = Interval(low=factor(level.mean - half), high=factor(level.mean + half), confidence=0.95)
    return Link(anchor=anchor, before=before, nights=len(nights), ratio=factor(level.mean), interval=interval)


def _variance(link: Link) -> float:
    """Such that the normal interval is as wide as Student's."""
    if link.interval is None:
        return _OF_ONE_NIGHT
    return (math.log(link.interval.high / link.interval.low) / 2 / NORMAL) ** 2


def anchors_in(series: Series) -> list[int]:
    """The anchors that a series was measured against, ascending."""
    return sorted(set(map(attrgetter("result.anchor"), series.points)) - {None})


def with_chains(series: Series, elsewhere: Sequence[Series] = ()) -> tuple[list[Link], Mapping[int, Chain]]:
    """The links that a series needs, and how each of its anchors stands to the first."""
    links, anchors = links_of(series, elsewhere), anchors_in(series)
    return [link for link in links if link.anchor <= max(anchors, default=0)], chains_of(links, anchors)
