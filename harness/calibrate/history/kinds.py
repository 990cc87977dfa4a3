"""Series whose truth is known: flat ones with three kinds of noise, and steps."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from harness.judge.floats import Floats

NIGHTS = 100
# A step lies here; it is looked for when so many of its nights are there.
STEP_AT = 50
WITHIN = (3, 7)
# A change point that is off by no more is the right one.
NEAR = 2
_SPIKES, _SPIKE = 0.03, 0.3


class Kind(msgspec.Struct, frozen=True):
    """Series of one kind. night_sd: standard deviation of the logarithm from night to night. noise: "normal", "heavy"
    (Student's t with 3 degrees of freedom, of that standard deviation) or "spikes" (normal, and 3 % of single nights
    30 % up). step: a share, from night 50 on.
    """

    name: str
    noise: str
    night_sd: float
    step: float = 0.0

    def series(self, seed: int, number: int) -> Floats:
        """The logarithms of one series. Seeded: the same for the same arguments."""
        chance = np.random.default_rng([seed, number, *self.name.encode()])
        if self.noise == "heavy":
            values = self.night_sd / math.sqrt(3) * chance.standard_t(3, NIGHTS)
        else:
            values = chance.normal(0.0, self.night_sd, NIGHTS)
        if self.noise == "spikes":
            values += (chance.random(NIGHTS) < _SPIKES) * math.log1p(_SPIKE)
        values[STEP_AT:] += math.log1p(self.step)
        return values


FLAT = [
    Kind("flat, normal", "normal", 0.01),
    Kind("flat, heavy tails", "heavy", 0.01),
    Kind("flat, 3 % of nights +30 %", "spikes", 0.01),
]
STEPS = [
    Kind("+5 %, night sd 0.5 %", "normal", 0.005, 0.05),
    Kind("+5 %, night sd 1 %", "normal", 0.01, 0.05),
    Kind("+5 %, night sd 1 %, 3 % of nights +30 %", "spikes", 0.01, 0.05),
    Kind("+5 %, night sd 2 %", "normal", 0.02, 0.05),
    Kind("+10 %, night sd 2 %", "normal", 0.02, 0.1),
]
KINDS = {kind.name: kind for kind in [*FLAT, *STEPS]}
