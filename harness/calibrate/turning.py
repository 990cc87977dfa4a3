"""Recorded trials with their launches turned round: how many false alarms they should have had.

If the launches of a trial of identical code have nothing in common, each one's log ratio could as well have had the
other sign. All ways in which they could, with the launches, scales and tails that each trial has, tell how often the
rule calls trials like these different by chance alone.

Source: Fisher (1935), The design of experiments, section 21, for the test; Biscarri, Zhao and Brunner (2018), A simple
and fast method for computing the Poisson binomial distribution function, for the count over trials.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.calibrate.experiments import CHANGED, TWIN
from harness.calibrate.findings import HarnessTrial
from harness.calibrate.recorded import estimates, looks_taken
from harness.calibrate.stopping import Bools, Floats, Seen, one_by_one, seen

# So many ways are drawn; with up to eleven launches these are all.
MOST_WAYS = 1024


def chance_of_alarm(trial: HarnessTrial) -> float:
    """In which share of the ways to turn its launches round the trial would have called its twin different.

    Only those ways count in which it would have ended where it did: launches whose signs agree are known sooner, so
    that a trial which ended early is one whose signs agreed. Beside a change it is not the twin that ends a trial, and
    all ways count.
    """
    recorded = trial.comparisons[TWIN]
    turned = ways(len(recorded.launches)) * estimates(recorded)
    known = [seen(turned, each) for each in one_by_one(looks_taken(recorded))]
    different = known[-1].is_different()
    if CHANGED in trial.comparisons:
        return float(different.mean())
    _, spent = recorded.looks[-1]
    return float(different[_end_alike(known, trial.precision, early=spent < 1)].mean())


def _end_alike(known: Sequence[Seen], precision: float, *, early: bool) -> Bools:
    """The ways that end at the last of these looks. early: because they are known well enough there."""
    *before, last = [each.is_enough(precision) for each in known]
    alike = last if early else np.ones_like(last)
    for enough in before:
        alike &= ~enough
    # The first way is that which it was. Findings are rounded: it ended there, whatever they say.
    alike[0] = True
    return alike


def ways(launches: int) -> Floats:
    """Signs of so many launches, shape (ways, launches): all there are, up to turning all at once, or as many drawn.

    The first leaves all launches as they were.
    """
    if 2 ** (launches - 1) > MOST_WAYS:
        turned = np.random.default_rng(launches).integers(2, size=(MOST_WAYS, launches))
        turned[0] = 0
    else:
        turned = (np.arange(2 ** (launches - 1))[:, np.newaxis] >> np.arange(launches)) & 1
    return np.where(turned, -1.0, 1.0)


def as_many(count: int, chances: Sequence[float]) -> float:
    """How likely so many or more of some independent events are, each with a chance of its own."""
    if not count:
        return 1.0
    distribution: Floats = np.ones(1)
    for chance in chances:
        distribution = np.convolve(distribution, (1 - chance, chance)).astype(np.float64)
    return float(distribution[count:].sum())
