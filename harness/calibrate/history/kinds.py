"""Series whose truth is known: flat ones with made-up noise and with that of real twins, and steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np

from harness.calibrate.experiments import TWIN
from harness.calibrate.findings import HarnessTrial
from harness.calibrate.noise import NOISES
from harness.calibrate.recorded import estimates
from harness.failure import HarnessError
from harness.judge.floats import Floats
from harness.judge.launches import FEWEST

NIGHTS = 100
# A step lies here; it is looked for when so many of its nights are there.
STEP_AT = 50
WITHIN = (3, 7)
# A change point that is off by no more is the right one.
NEAR = 2
# So many trials of twins stay together as they were measured: what one trial has in common with the next is kept.
TOGETHER = 10
_SPIKES, _SPIKE = 0.03, 0.3
_SAME = "same"


class Nights(msgspec.Struct, frozen=True):
    """What nights found. logs: shape (nights,), logarithms of ratios. launch: the variance of each that its launches
    tell, nan where they tell none.
    """

    logs: Floats
    launch: Floats

    def first(self, count: int) -> Nights:
        return Nights(self.logs[:count], self.launch[:count])


class Noise(Protocol):
    """Where nights without a change come from. trials: those that are drawn from; None for what is made up."""

    @property
    def trials(self) -> Nights | None: ...

    def drawn(self, chance: np.random.Generator) -> Nights:
        """100 nights."""


class MadeUp(msgspec.Struct, frozen=True):
    """shape: "normal", "heavy" (Student's t with 3 degrees of freedom) or "spikes" (normal, and 3 % of single nights
    30 % up). night_sd: standard deviation of the logarithm from night to night, spikes aside.
    """

    shape: str
    night_sd: float

    @property
    def trials(self) -> None:
        return None

    def drawn(self, chance: np.random.Generator) -> Nights:
        if self.shape == "heavy":
            logs = self.night_sd / math.sqrt(3) * chance.standard_t(3, NIGHTS)
        else:
            logs = chance.normal(0.0, self.night_sd, NIGHTS)
        if self.shape == "spikes":
            logs += (chance.random(NIGHTS) < _SPIKES) * math.log1p(_SPIKE)
        return Nights(logs, np.full(NIGHTS, np.nan))


class Twins(msgspec.Struct, frozen=True):
    """Nights are real trials of identical code, ten that followed each other at a time, from places that are drawn.

    Source: Kuensch (1989), The jackknife and the bootstrap for general stationary observations (the moving block
    bootstrap; here the last trial is followed by the first).
    """

    trials: Nights

    def drawn(self, chance: np.random.Generator) -> Nights:
        begins = chance.integers(self.trials.logs.size, size=NIGHTS // TOGETHER)
        places = (begins[:, None] + np.arange(TOGETHER)).ravel() % self.trials.logs.size
        return Nights(self.trials.logs[places], self.trials.launch[places])


class Kind(msgspec.Struct, frozen=True):
    """Series of one kind. step: a share, from night 50 on."""

    name: str
    noise: Noise
    step: float = 0.0

    def series(self, seed: int, number: int) -> Nights:
        """One series. Seeded: the same for the same arguments."""
        nights = self.noise.drawn(np.random.default_rng([seed, number, *self.name.encode()]))
        return Nights(nights.logs + (np.arange(NIGHTS) >= STEP_AT) * math.log1p(self.step), nights.launch)


FLAT = [
    Kind("flat, normal", MadeUp("normal", 0.01)),
    Kind("flat, heavy tails", MadeUp("heavy", 0.01)),
    Kind("flat, 3 % of nights +30 %", MadeUp("spikes", 0.01)),
]
# History is held to find these in time.
CLEAR_STEPS = [
    Kind("+5 %, night sd 0.5 %", MadeUp("normal", 0.005), 0.05),
    Kind("+5 %, night sd 1 %", MadeUp("normal", 0.01), 0.05),
]
STEPS = [
    *CLEAR_STEPS,
    Kind("+5 %, night sd 1 %, 3 % of nights +30 %", MadeUp("spikes", 0.01), 0.05),
    Kind("+5 %, night sd 2 %", MadeUp("normal", 0.02), 0.05),
    Kind("+10 %, night sd 2 %", MadeUp("normal", 0.02), 0.1),
]
# What series of real twins are called, by the noise beside which they were measured.
TWINS = {noise: f"twins, {noise}" for noise in NOISES}


def made_up() -> list[Kind]:
    """All kinds that need no measurement."""
    return [*FLAT, *STEPS]


def of_twins(trials: Sequence[HarnessTrial]) -> list[Kind]:
    """Flat series of the real trials of identical code, a kind for each noise that has any.

    trials: as `harness calibrate verdicts` keeps them; those of a sitting stand together, and those with a plan of
    their own are left out. A night is the mean over a trial's launches, as in a record. Raises HarnessError where none
    of them has the launches for an interval.
    """
    sittings = list(dict.fromkeys(trial.sitting for trial in trials))
    usual = [each for each in trials if each.experiment == _SAME and each.fixed_launches is None]
    in_order = sorted(usual, key=lambda trial: sittings.index(trial.sitting))
    kinds = []
    for noise, name in TWINS.items():
        mine = [trial for trial in in_order if trial.noise == noise and TWIN in trial.comparisons]
        launches = [estimates(trial.comparisons[TWIN]) for trial in mine]
        enough = [each for each in launches if each.size >= FEWEST]
        if enough:
            logs = np.array([each.mean() for each in enough])
            variances = np.array([each.var(ddof=1) / each.size for each in enough])
            kinds.append(Kind(name, Twins(Nights(logs, variances))))
    if not kinds:
        raise HarnessError(
            "there are no real trials of identical code with three launches. `harness calibrate verdicts --experiment "
            f"{_SAME}` makes them; name its file with --twins."
        )
    return kinds
