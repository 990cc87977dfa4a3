"""Counts of trials, and what they say about a chance."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from scipy import special

from harness.calibrate.findings import Comparison, HarnessTrial

NOMINAL = 0.05
# Were the chance the nominal one, one calibration in a hundred would have more alarms than are allowed.
_SURE = 0.99


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many of so many trials, and the 95 % interval of the chance behind it."""

    count: int
    trials: int

    @property
    def estimate(self) -> float:
        """The share itself; 0 of none."""
        return self.count / self.trials if self.trials else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Source: Clopper and Pearson (1934), The use of confidence or fiducial limits illustrated for the binomial."""
        count, rest = self.count, self.trials - self.count
        low = float(special.betaincinv(count, rest + 1, 0.025)) if count else 0.0
        high = float(special.betaincinv(count + 1, rest, 0.975)) if rest else 1.0
        return low, high


def different(trials: Iterable[HarnessTrial], comparison: str) -> Share:
    """In how many of the trials a comparison was called different."""
    found: list[Comparison] = [trial.comparisons[comparison] for trial in trials if comparison in trial.comparisons]
    return Share(count=sum(each.different for each in found), trials=len(found))


def most_alarms(trials: int, chance: float = NOMINAL) -> int:
    """How many false alarms so many trials may have: more come once in a hundred calibrations, at the nominal chance.

    24 of 300, 17 of 200.
    """
    return next(count for count in range(trials + 1) if special.bdtr(count, trials, chance) >= _SURE)
