"""How long things take in a case, from what was seen of it: the ground for time limits and predictions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

TURN_S = 0.010
LONGEST_BLOCK_S = 2.0
_SHORTEST_LIMIT_S = 60.0
_FIRST_LIMIT_S = 600.0


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

    def block_s(self, variants: Iterable[str], calls: int) -> float:
        """Seconds that one block is predicted to take."""
        return calls * sum(self.typical_call_s(variant) for variant in variants)

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


def calls_per_turn(fastest_call_s: float, slowest_block_call_s: float, most_calls: Sequence[int | None]) -> int:
    """Calls in one turn, the same for all variants of a case.

    So many that the fastest variant's turn lasts 10 ms, but no more than that a block of all variants stays below
    two seconds (slowest_block_call_s: one call of each), nor than a quarter of what a test allows in one process.
    """
    wanted = math.ceil(TURN_S / max(fastest_call_s, 1e-9))
    affordable = max(1, int(LONGEST_BLOCK_S / max(slowest_block_call_s, 1e-9)))
    allowed = min((max(1, most // 4) for most in most_calls if most is not None), default=wanted)
    return max(1, min(wanted, affordable, allowed))
