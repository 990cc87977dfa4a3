"""Simulated runs made of recorded launches: many more trials than anybody has time for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import median

import msgspec
import numpy as np

from harness.calibrate.experiments import TWIN
from harness.calibrate.findings import HarnessTrial
from harness.calibrate.recorded import estimates
from harness.calibrate.stopping import Floats, plan, seen, stopped_after
from harness.conduct.schedule import MOST_LAUNCHES

TRIALS = 10_000
POWER = 0.8
_LARGEST_CHANGE = 4.0
_FEWEST_PAIRS = 4


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """The launches that were recorded beside one noise, as those of identical code.

    trials: of each, the launches' log ratios in the order in which they were made. launch_s: the median launch's cost.
    """

    trials: list[Floats]
    launch_s: float

    @property
    def launches(self) -> Floats:
        """All of them, shape (launches,)."""
        return np.concatenate(self.trials) if self.trials else np.zeros(0)


def pool(trials: Sequence[HarnessTrial], comparison: str = TWIN) -> Pool | None:
    """The launches of some trials; None where there are none.

    Of code that was changed, the mean of all launches is taken off: what is left is how identical code would differ.
    """
    compared = [trial.comparisons[comparison] for trial in trials if comparison in trial.comparisons]
    by_trial = [estimates(each) for each in compared if each.launches]
    # The first launch is the pilot, which also learns what calls cost.
    costs_s = [cost_s for trial in trials for cost_s in trial.launch_s[1:]]
    if not by_trial or not costs_s:
        return None
    shift = 0.0 if comparison == TWIN else float(np.mean(np.concatenate(by_trial)))
    return Pool(trials=[each - shift for each in by_trial], launch_s=median(costs_s))


def affordable(recorded: Pool, budget_s: float) -> int:
    """How many launches fit into a budget."""
    return max(3, min(MOST_LAUNCHES, int(budget_s / recorded.launch_s)))


def draw(recorded: Pool, trials: int, launches: int, chance: np.random.Generator) -> Floats:
    """Simulated runs of identical code: shape (trials, launches), each launch any of those recorded.

    Which of two twins is called the first is arbitrary: each launch that is drawn is turned round with a chance of one
    half, so that the true ratio is 1. Whether the pool has a bias, and whether a launch has to do with the one before
    it, is told on its own.
    """
    signs = 2 * chance.integers(2, size=(trials, launches)) - 1
    drawn: Floats = signs * chance.choice(recorded.launches, size=(trials, launches))
    return drawn


def carried_over(recorded: Pool) -> tuple[float, float, float]:
    """The correlation of a launch's log ratio with that of the one before it in its trial, and its 95 % interval.

    Zero and all there is between -1 and 1 where there are fewer than four such pairs.
    Source: Fisher (1921), On the probable error of a coefficient of correlation deduced from a small sample.
    """
    before = np.concatenate([each[:-1] for each in recorded.trials])
    after = np.concatenate([each[1:] for each in recorded.trials])
    if before.size < _FEWEST_PAIRS:
        return 0.0, -1.0, 1.0
    found = float(np.corrcoef(before, after)[0, 1])
    reach = 1.96 / math.sqrt(before.size - 3)
    middle = math.atanh(max(-1 + 1e-9, min(1 - 1e-9, found)))
    return found, math.tanh(middle - reach), math.tanh(middle + reach)


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """Simulated runs with early stopping. launches: that the plan had at most.

    alarms: how many of the trials called identical code different. typical_launches: the median that was taken.
    """

    launches: int
    trials: int
    alarms: int
    typical_launches: float
    seen: Callable[[float], float]

    def smallest(self) -> float:
        """The smallest change (0.02 is 2 % more time) that is seen with 80 % power; inf where none is."""
        low, high = 0.0, _LARGEST_CHANGE
        if self.seen(high) < POWER:
            return math.inf
        while high - low > 1e-4:
            middle = (low + high) / 2
            low, high = (low, middle) if self.seen(middle) >= POWER else (middle, high)
        return high


def simulate(recorded: Pool, launches: int, precision: float, seed: int, trials: int = TRIALS) -> Simulated:
    """Simulated runs of a plan of at most so many launches. `seen` gives the share that sees a change, as a share."""
    drawn = draw(recorded, trials, launches, np.random.default_rng(seed))
    taken = plan(launches)
    known = [seen(drawn, each) for each in taken]

    def share_seen(change: float) -> float:
        ended = stopped_after(known, taken, precision, math.log1p(change), trials)
        return float(np.mean(ended.different & (ended.low > 0)))

    ended = stopped_after(known, taken, precision, 0.0, trials)
    return Simulated(
        launches=launches,
        trials=trials,
        alarms=int(ended.different.sum()),
        typical_launches=float(np.median(ended.launches)),
        seen=share_seen,
    )
