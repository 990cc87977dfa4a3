"""Many runs at once, stopped early as the conductor stops one: the judge's rules over rows of launches."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from harness.judge import Looks, spent
from harness.judge.launches import FEWEST, FEWEST_FOR_RANKS, student_t
from harness.judge.looks import looks, nominal_level

# A change is looked for between a fourfold speed-up and a fourfold slow-down, to a thirtieth of a percent.
_FURTHEST, _FINENESS = math.log(4.0), 3e-4

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of many runs at one look, each array of shape (runs,).

    mean: of the log ratios so far. half: of the interval that holds whenever one stops. least, most: of the launches.
    few: fewer launches than a verdict may rest on unless all agree.
    """

    mean: Floats
    half: Floats
    least: Floats
    most: Floats
    few: bool

    def is_enough(self, precision: float, change: float = 0.0) -> Bools:
        """Which runs end here, if this is not the end of all. change: is added to all log ratios."""
        return np.asarray(self.half <= np.maximum(precision, np.abs(self.mean + change) / 10))

    def is_different(self, change: float = 0.0) -> Bools:
        """Which runs are called different, should they end here."""
        excludes = np.abs(self.mean + change) > self.half
        if self.few:
            excludes &= (self.least + change > 0) | (self.most + change < 0)
        return np.asarray(excludes)


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """How many runs ended, each array of shape (runs,). launches: how many each took.

    low, high: of the interval of the log ratio. different: as a verdict sees it.
    """

    launches: NDArray[np.int64]
    low: Floats
    high: Floats
    different: Bools


def seen(log_ratios: Floats, taken: Looks) -> Seen:
    """What is known after the last of the looks taken. log_ratios: shape (runs, launches), with at least that many."""
    number = taken.launches[-1]
    so_far = log_ratios[:, :number]
    level = nominal_level(taken, 0.05)
    error = so_far.std(axis=1, ddof=1) / np.sqrt(number)
    return Seen(
        mean=so_far.mean(axis=1),
        half=student_t(number - 1, 1 - level) * error,
        least=so_far.min(axis=1),
        most=so_far.max(axis=1),
        few=FEWEST <= number < FEWEST_FOR_RANKS,
    )


def critical(log_ratios: Floats, taken: Looks, precision: float) -> float | None:
    """The smallest extra slow-down (0.02: by 2 %) with which a run, as it was measured, would have been called slower.

    log_ratios: shape (launches,). taken: the looks of the run, its end included: with a change it may have ended at an
    earlier one. Negative where it is called slower as it is; None where not even a fourfold slow-down would be.
    """
    if log_ratios.size < FEWEST:
        return None
    steps = one_by_one(taken)
    changes = np.arange(-_FURTHEST, _FURTHEST, _FINENESS)
    changed = log_ratios[np.newaxis, :] + changes[:, np.newaxis]
    known = [seen(changed, each) for each in steps]
    ended = stopped_after(known, steps, precision, 0.0, changes.size)
    unseen = np.flatnonzero(~(ended.different & (ended.low > 0)))
    first = int(unseen[-1]) + 1 if unseen.size else 0
    return math.expm1(float(changes[first])) if first < changes.size else None


def plan(most: int) -> list[Looks]:
    """The looks of a plan of at most so many launches: for each, all that were taken by then."""
    numbers = looks(most)
    return one_by_one(Looks(launches=numbers, spent=tuple(spent(number, most) for number in numbers)))


def one_by_one(taken: Looks) -> list[Looks]:
    """For each of the looks taken, all that were taken by then."""
    return [
        Looks(launches=taken.launches[: count + 1], spent=taken.spent[: count + 1]) for count in range(len(taken.spent))
    ]


def stopped(log_ratios: Floats, precision: float, change: float = 0.0) -> Stopped:
    """Let runs end as the conductor ends them: at the first look that finds enough, or at the plan's end.

    log_ratios: shape (runs, launches), one estimate a launch; as many launches as the plan has at most, at least 3.
    precision: the half-width asked for, as a share. change: is added to all log ratios.
    """
    runs, most = log_ratios.shape
    return stopped_after([seen(log_ratios, taken) for taken in plan(most)], plan(most), precision, change, runs)


def stopped_after(known: list[Seen], taken: list[Looks], precision: float, change: float, runs: int) -> Stopped:
    """The same, of what is known at each look: for many changes of the same runs."""
    launches = np.zeros(runs, dtype=np.int64)
    low, high = np.zeros(runs), np.zeros(runs)
    different = np.zeros(runs, dtype=np.bool_)
    going_on = np.ones(runs, dtype=np.bool_)
    for at_look, looks_taken in zip(known, taken, strict=True):
        mean = at_look.mean + change
        ends = going_on & (at_look.is_enough(precision, change) if at_look is not known[-1] else True)
        launches[ends] = looks_taken.launches[-1]
        low[ends], high[ends] = (mean - at_look.half)[ends], (mean + at_look.half)[ends]
        different[ends] = at_look.is_different(change)[ends]
        going_on &= ~ends
    return Stopped(launches=launches, low=low, high=high, different=different)
