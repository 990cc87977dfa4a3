"""How the time of a run is shared between its cases."""

import heapq
from collections.abc import Sequence

import msgspec

_NO_TIME_S = 1e-9


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What one case asks of the time that is left.

    launches: what it has. fewest: what it has to have. wanted: with so many it is predicted to be known well enough.
    cost_s: seconds of one launch. spread: standard deviation of a launch's log ratio over the half-width that is
    wanted of the interval. weight: how much its precision counts beside that of the others.
    """

    launches: int
    fewest: int
    wanted: int
    cost_s: float
    spread: float
    weight: float = 1.0


def allocation(claims: Sequence[Claim], left_s: float) -> list[int]:
    """How many launches each case has in the end, so that a run's ratios are as precise as its time allows.

    What is made small is the sum of weight x spread^2 / launches, the variances in units of what is wanted. First every
    case gets its fewest, those that have least before others, then the launch that lowers the sum most for its time is
    given out, one after the other: with plenty of them their numbers are proportional to
    spread x sqrt(weight / cost) (Neyman). None gets more than it wants: time that isn't needed goes to the others.
    Source: Neyman (1934), On the two different aspects of the representative method; Cochran (1977), Sampling
    techniques, section 5.5 (unequal costs); greedy is optimal for separable convex sums: Fox (1966), Discrete
    optimization via marginal analysis.
    """
    given = [claim.launches for claim in claims]
    left_s = _fewest_first(claims, given, left_s)
    waiting = [
        (-_gain(claim, count), index)
        for index, (claim, count) in enumerate(zip(claims, given, strict=True))
        if claim.fewest <= count < claim.wanted
    ]
    heapq.heapify(waiting)
    while waiting:
        _, index = heapq.heappop(waiting)
        claim = claims[index]
        if claim.cost_s > left_s:
            continue
        left_s -= claim.cost_s
        given[index] += 1
        if given[index] < claim.wanted:
            heapq.heappush(waiting, (-_gain(claim, given[index]), index))
    return given


def _fewest_first(claims: Sequence[Claim], given: list[int], left_s: float) -> float:
    """Give out the fewest launches, one at a time to the case that has least; returns the seconds that are left."""
    while True:
        owed = [
            (given[index], index)
            for index, claim in enumerate(claims)
            if given[index] < claim.fewest and claim.cost_s <= left_s
        ]
        if not owed:
            return left_s
        _, index = min(owed)
        given[index] += 1
        left_s -= claims[index].cost_s


def _gain(claim: Claim, launches: int) -> float:
    """By how much one more launch lowers the sum, for a second."""
    return claim.weight * claim.spread**2 / (launches * (launches + 1)) / max(claim.cost_s, _NO_TIME_S)
