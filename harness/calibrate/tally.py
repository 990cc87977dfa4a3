"""Counts of trials, and what they say about a chance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from scipy import special

from harness.calibrate.findings import Comparison, HarnessTrial
from harness.judge.launches import FEWEST
from harness.report.calibration.figures import Share, Smallest

NOMINAL = 0.05
# Were the chance the nominal one, one calibration in a hundred would have more alarms than are allowed.
_SURE = 0.99
_TAIL = 0.025


def share(count: int, trials: int) -> Share:
    """So many of so many trials, with the interval of the chance behind it.

    Source: Clopper and Pearson (1934), The use of confidence or fiducial limits illustrated for the binomial.
    """
    rest = trials - count
    low = float(special.betaincinv(count, rest + 1, 0.025)) if count else 0.0
    high = float(special.betaincinv(count + 1, rest, 0.975)) if rest else 1.0
    return Share(count=count, trials=trials, low=low, high=high)


def different(trials: Iterable[HarnessTrial], comparison: str) -> Share:
    """In how many of the trials a comparison was called different."""
    found: list[Comparison] = [trial.comparisons[comparison] for trial in trials if comparison in trial.comparisons]
    return share(sum(each.different for each in found), len(found))


def is_able(trial: HarnessTrial, comparison: str) -> bool:
    """Whether a trial had the launches to call a comparison different: with fewer than three there is no interval, and
    no alarm can come of it. On a machine that is too busy for its budget most trials are such.
    """
    return comparison in trial.comparisons and len(trial.comparisons[comparison].launches) >= FEWEST


def able(trials: Iterable[HarnessTrial], comparison: str) -> list[HarnessTrial]:
    """Those of the trials that could call a comparison different."""
    return [trial for trial in trials if is_able(trial, comparison)]


def alarms(trials: Iterable[HarnessTrial], comparison: str) -> Share:
    """How often the same was called different, of the trials that could do so."""
    return different(able(trials, comparison), comparison)


def most_alarms(trials: int, chance: float = NOMINAL) -> int:
    """How many false alarms so many trials may have: more come once in a hundred calibrations, at the nominal chance.

    24 of 300, 17 of 200.
    """
    return next(count for count in range(trials + 1) if special.bdtr(count, trials, chance) >= _SURE)


def smallest(criticals: Sequence[float | None], power: float = 0.8) -> Smallest:
    """The change that would have been seen in this share of the trials, with its 95 % interval.

    criticals: of each trial the smallest change that it would have seen, None where there is none. The estimate is the
    order statistic that has the share at or below it; the interval's ends are order statistics, too.
    Source: Conover (1999), Practical nonparametric statistics, section 3.2 (confidence intervals of quantiles).
    """
    ordered = sorted(math.inf if each is None else each for each in criticals)

    def at(rank: int) -> float | None:
        found = ordered[rank] if 0 <= rank < len(ordered) else math.inf
        return found if math.isfinite(found) else None

    count = len(ordered)
    ranks = range(count + 1)
    # The first rank that the binomial distribution reaches with 2.5 %, and with 97.5 %.
    low = next((rank for rank in ranks if special.bdtr(rank, count, power) > _TAIL), 0) if count else 0
    high = next((rank for rank in ranks if special.bdtr(rank, count, power) >= 1 - _TAIL), count) if count else 0
    return Smallest(estimate=at(math.ceil(power * count) - 1), low=at(max(0, low - 1)), high=at(high))
