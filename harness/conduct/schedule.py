"""Which case gets the next launch: a pure decision over where each stands."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

FEWEST_LAUNCHES = 3
MOST_LAUNCHES = 60


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one case stands. cost_s: what its next launch is predicted to take, None before its first."""

    case: str
    optional: bool
    launches: int
    cost_s: float | None
    enough: bool
    over: bool = False


def next_case(standings: Sequence[Standing], left_s: float, stated_launches: int | None) -> str | None:
    """The case that gets the next launch, None when enough is measured or nothing more fits into the budget.

    First every case gets its fewest launches, one after the other, so that a drift of the machine meets all alike;
    then those that aren't known well enough go on; then the same for optional cases, one at a time, each only when
    all of its fewest launches are predicted to fit. A launch that is predicted to end after the budget isn't begun.
    """
    if left_s <= 0:
        return None
    fewest = stated_launches or FEWEST_LAUNCHES
    required = [standing for standing in standings if not standing.optional and not standing.over]
    optional = [standing for standing in standings if standing.optional and not standing.over]
    first = _fewest_first(required, fewest, left_s)
    if first is not None:
        return first
    if stated_launches is None:
        more = _fewest_first([each for each in required if not each.enough], MOST_LAUNCHES, left_s)
        if more is not None:
            return more
    typical_s = _typical_cost_s(standings)
    for standing in optional:
        if standing.launches >= fewest:
            continue
        cost_s = standing.cost_s if standing.cost_s is not None else typical_s
        if cost_s * (fewest - standing.launches) <= left_s:
            return standing.case
    if stated_launches is not None:
        return None
    begun = [each for each in optional if each.launches and not each.enough]
    return _fewest_first(begun, MOST_LAUNCHES, left_s)


def fair_share_s(standings: Sequence[Standing], left_s: float, stated_launches: int | None) -> float:
    """Seconds that a launch may take now, so that each case still gets its fewest: the unit of inference is a launch,
    and more blocks in the first would leave nothing to compare them with.
    """
    fewest = stated_launches or FEWEST_LAUNCHES
    owed = sum(max(0, fewest - each.launches) for each in standings if not each.optional and not each.over)
    return left_s / max(1, owed)


def _fewest_first(standings: Sequence[Standing], below: int, left_s: float) -> str | None:
    waiting = [each for each in standings if each.launches < below and (each.cost_s or 0.0) <= left_s]
    return min(waiting, key=lambda each: each.launches).case if waiting else None


def _typical_cost_s(standings: Sequence[Standing]) -> float:
    known = [standing.cost_s for standing in standings if standing.cost_s is not None]
    return sum(known) / len(known) if known else 0.0
