"""Recorded trials with their launches turned round: how many false alarms they should have had.

Which of two twins is called the first is arbitrary, so each launch's log ratio could as well have had the other sign.
Turned round in all ways, the trials themselves tell how many of them the rule calls different by chance alone, with the
launches, scales and tails that each of them has: a test by permutation.

Source: Fisher (1935), The design of experiments, section 21; Hoeffding (1956), On the distribution of the number of
successes in independent trials, for the count over trials.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.calibrate.findings import HarnessTrial
from harness.calibrate.recorded import estimates, looks_taken
from harness.calibrate.stopping import Floats, one_by_one, seen, stopped_after

# So many ways are tried; with up to eleven launches these are all.
_WAYS = 1024


def chance_of_alarm(trial: HarnessTrial, comparison: str) -> float:
    """In which share of all ways to turn its launches round the trial calls the comparison different.

    A trial that ended at a look is not known beyond it: so far and no further, it is judged as it would have been.
    """
    recorded = trial.comparisons[comparison]
    turned = ways(len(recorded.launches)) * estimates(recorded)
    steps = one_by_one(looks_taken(recorded))
    ended = stopped_after([seen(turned, step) for step in steps], steps, trial.precision, 0.0, len(turned))
    return float(ended.different.mean())


def ways(launches: int) -> Floats:
    """Signs of so many launches, shape (ways, launches): all there are, up to turning all at once, or as many drawn."""
    if 2 ** (launches - 1) > _WAYS:
        turned = np.random.default_rng(launches).integers(2, size=(_WAYS, launches))
    else:
        turned = (np.arange(2 ** (launches - 1))[:, np.newaxis] >> np.arange(launches)) & 1
    return np.where(turned, -1.0, 1.0)


def as_many(count: int, chances: Sequence[float]) -> float:
    """How likely so many or more of some independent events are, each with a chance of its own."""
    distribution: Floats = np.ones(1)
    for chance in chances:
        distribution = np.convolve(distribution, (1 - chance, chance)).astype(np.float64)
    return float(distribution[count:].sum())
