"""What wrong decisions may cost: the probability of an error, given out decision by decision."""

from __future__ import annotations

_PLANNED_SHARE = 0.9


class Purse:
    """An error probability for a planned number of decisions, never overdrawn.

    The planned ones share nine tenths of it equally; each one that comes on top, because mixes couldn't be told, has
    half of what is left.
    """

    def __init__(self, error: float, planned: int) -> None:
        self._each = _PLANNED_SHARE * error / planned
        self._reserve = (1 - _PLANNED_SHARE) * error
        self._planned = planned

    def take(self) -> float:
        """The probability that the next decision may be wrong."""
        if self._planned > 0:
            self._planned -= 1
            return self._each
        self._reserve /= 2
        return self._reserve
