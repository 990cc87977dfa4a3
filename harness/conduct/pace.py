"""How long things take in a case, from what was seen of it: the ground for time limits and predictions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from statistics import median

import msgspec

TURN_S = 0.010
_SHORTEST_LIMIT_S = 60.0
_FIRST_LIMIT_S = 600.0
_LONGEST_TURN_S = 1.0


# Calls in one turn by variant; one where a variant isn't named.
Calls = Mapping[str, int]


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """call_s: by variant, seconds of every call seen. start_s: seconds until each probe was ready."""

    call_s: dict[str, tuple[float, ...]] = {}
    start_s: tuple[float, ...] = ()

    def called(self, variant: str, call_s: float) -> Pace:
        seen = (*self.call_s.get(variant, ()), call_s)[-50:]
        return msgspec.structs.replace(self, call_s={**self.call_s, variant: seen})

    def started(self, start_s: float) -> Pace:
        return msgspec.structs.replace(self, start_s=(*self.start_s, start_s)[-50:])

    def typical_call_s(self, variant: str) -> float:
        return median(self.call_s[variant]) if variant in self.call_s else 0.0

    def typical_start_s(self) -> float:
        return median(self.start_s) if self.start_s else 0.0

    def block_s(self, variants: Iterable[str], calls: Calls) -> float:
        """Seconds that one block is predicted to take."""
        return sum(calls.get(variant, 1) * self.typical_call_s(variant) for variant in variants)

    def turn_limit_s(self, calls: int, left_s: float, stated_s: float | None, variant: str) -> float:
        """Seconds that a turn may take before the variant is given up.

        What the user stated for a call; else ten times the slowest call seen in the case, at least a minute; and
        until the variant has finished one call, the rest of the budget, at least ten minutes.
        """
        if stated_s is not None:
            return stated_s * calls
        if variant not in self.call_s:
            return max(_FIRST_LIMIT_S, left_s)
        return max(_SHORTEST_LIMIT_S, 10.0 * calls * max(max(seen) for seen in self.call_s.values()))


def calls_per_turn(call_s: float, most_calls: int | None) -> int:
    """Calls in one turn of a variant: so many that the turn lasts 10 ms.

    A turn's first call may find caches that a neighbour has emptied, and a turn of this length hardly feels it. Each
    variant has its own number: with one for all, a block of a fast variant beside a slow one would never end.
    most_calls: what a test allows in one process, of which a turn takes no more than a quarter.
    """
    wanted = math.ceil(TURN_S / max(call_s, 1e-9))
    return max(1, wanted if most_calls is None else min(wanted, most_calls // 4))


def even_calls(calls: Calls, most_calls: Iterable[int | None], slowest_s: float) -> dict[str, int]:
    """Calls in one turn of the same test in several environments: the same for all.

    Each one's own number comes from a few calls, and a busy machine makes a call several times as slow. There a turn
    that ends within the scheduler's slice is not interrupted and a longer one is: identical code measured with one call
    a turn and with four differed by a third, launch after launch, and no order of turns cancels that. All get the
    largest number, so that no turn is too short. Only where a turn of the slowest way would then take more than a
    second do ways keep their own: they differ a hundredfold.

    most_calls: what the tests allow in one process. slowest_s: of one call, of the slowest way.
    """
    if not calls:
        return {}
    allowed = [max(1, most // 4) for most in most_calls if most is not None]
    even = min([max(calls.values()), *allowed])
    return dict(calls) if even * slowest_s > _LONGEST_TURN_S else dict.fromkeys(calls, even)
