"""Where along a line of mixes the difference comes in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from harness.nightly.bisect.lattice import Taken
from harness.record.bisection import Side


class Place(msgspec.Struct, frozen=True):
    """The last mix before the difference, and the first one with it; what lies between them couldn't be told."""

    low: int
    high: int


def first_bad(length: int, ask: Callable[[Sequence[int]], Mapping[int, Side]], cuts: int) -> Place:
    """Find the first mix that is nearer to the bad end. Mix 0 is known to be nearer to good, mix `length` to bad.

    ask: which side each of some mixes is on; it is asked for up to `cuts` at once, which lie evenly in what is left. It
    may leave out those that don't matter beside what it says of the others.
    Where mixes are unknown their neighbours are asked, as `git bisect skip` does.
    """
    low, high = 0, length
    unknown: set[int] = set()
    while left := [each for each in range(low + 1, high) if each not in unknown]:
        sides = ask(_spread(left, cuts))
        unknown |= {each for each, side in sides.items() if side is Side.UNKNOWN}
        high = min([each for each, side in sides.items() if side is Side.BAD], default=high)
        low = max([each for each, side in sides.items() if side is Side.GOOD and each < high], default=low)
    return Place(low, high)


def that_matter(mixes: Collection[Taken], sides: Mapping[Taken, Side]) -> set[Taken]:
    """Those mixes of a line that may still move where the difference comes in, given the sides of others on it.

    They lie before the first that is nearer to bad, and behind the last before it that is nearer to good.
    """
    bad = min((each for each, side in sides.items() if side is Side.BAD), key=len, default=None)
    before = [each for each, side in sides.items() if side is Side.GOOD and (bad is None or each < bad)]
    good = max(before, key=len, default=None)
    return {each for each in mixes if (bad is None or each < bad) and (good is None or good < each)}


def _spread(left: Sequence[int], cuts: int) -> list[int]:
    """Up to so many of these, which cut them into parts as equal as can be."""
    count = min(cuts, len(left))
    return sorted({left[(number + 1) * (len(left) + 1) // (count + 1) - 1] for number in range(count)})
