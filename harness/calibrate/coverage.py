"""How often the intervals hold the truth, in simulation: over the kinds of noise that launches and blocks show."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from harness.calibrate.findings import PRECISION, Coverage
from harness.calibrate.stopping import Floats, stopped
from harness.judge.launches import student_t

TRIALS = 10_000
LAUNCHES = (3, 4, 5, 6, 8, 10, 15, 20, 30, 50)
BLOCKS = 7
# True ratios: none stops early at once, a large one soon.
RATIOS = (1.0, 1.05, 2.0)
# What the shares may be, of 95 % intervals.
FIXED_MAY = (0.94, 0.97)
STOPPED_MAY = 0.94
# Standard deviations of logarithms, as they are measured: of a launch of one variant, and of one of its turns.
LAUNCH_SD, TURN_SD = 0.018, 0.02

# Gives the blocks' log ratios of code against itself: (generator, trials, launches, blocks) -> that shape.
Model = Callable[[np.random.Generator, int, int, int], Floats]


def coverage(seed: int = 1, trials: int = TRIALS) -> Iterator[Coverage]:
    """Simulate all models, each with all numbers of launches. Seeded: the same for the same arguments."""
    for model, blocks_of in MODELS.items():
        for launches in LAUNCHES:
            chance = np.random.default_rng([seed, launches, *model.encode()])
            estimates = hodges_lehmann_rows(blocks_of(chance, trials, launches, BLOCKS))
            yield Coverage(
                model=model,
                launches=launches,
                trials=trials,
                seed=seed,
                fixed=_fixed(estimates),
                stopped={f"{ratio:g}": _stopped(estimates, float(np.log(ratio))) for ratio in RATIOS},
            )


def hodges_lehmann_rows(blocks: Floats) -> Floats:
    """The Hodges-Lehmann location along the last axis: of shape (trials, launches, blocks), (trials, launches)."""
    first, second = np.triu_indices(blocks.shape[-1])
    located: Floats = np.median((blocks[..., first] + blocks[..., second]) / 2, axis=-1)
    return located


def _fixed(estimates: Floats) -> float:
    launches = estimates.shape[1]
    half = student_t(launches - 1, 0.95) * estimates.std(axis=1, ddof=1) / np.sqrt(launches)
    return float(np.mean(np.abs(estimates.mean(axis=1)) <= half))


def _stopped(estimates: Floats, truth: float) -> float:
    ended = stopped(estimates, PRECISION, truth)
    return float(np.mean((ended.low <= truth) & (truth <= ended.high)))


def _pair(each: Callable[[], Floats]) -> Floats:
    """The log ratio of two variants that draw alike."""
    return each() - each()


def _normal(chance: np.random.Generator, trials: int, launches: int, blocks: int) -> Floats:
    return _launches(chance, trials, launches) + _turns(chance, trials, launches, blocks)


def _heavy_launches(chance: np.random.Generator, trials: int, launches: int, blocks: int) -> Floats:
    """Student's t with 3 degrees of freedom: its variance is 3."""
    effects = _pair(lambda: LAUNCH_SD / math.sqrt(3) * chance.standard_t(3, (trials, launches, 1)))
    return effects + _turns(chance, trials, launches, blocks)


def _heavy_blocks(chance: np.random.Generator, trials: int, launches: int, blocks: int) -> Floats:
    """Turns of which one in twenty takes up to twice as long."""

    def turns() -> Floats:
        shape = (trials, launches, blocks)
        extra: Floats = np.log1p(chance.random(shape) * (chance.random(shape) < 0.05))
        return TURN_SD * chance.standard_normal(shape) + extra

    return _launches(chance, trials, launches) + _pair(turns)


def _autocorrelated(chance: np.random.Generator, trials: int, launches: int, blocks: int) -> Floats:
    """What is left of a turn's deviation at the next one: 0.8."""
    kept, along = 0.8, np.empty((trials, launches, blocks))
    now = math.sqrt(2) * TURN_SD * chance.standard_normal((trials, launches))
    for block in range(blocks):
        along[..., block] = now
        fresh = math.sqrt(2 * (1 - kept**2)) * TURN_SD * chance.standard_normal((trials, launches))
        now = kept * now + fresh
    return _launches(chance, trials, launches) + along


def _drifting(chance: np.random.Generator, trials: int, launches: int, blocks: int) -> Floats:
    """The machine's speed swings by half over the run; the two turns of a block come in random order."""
    phase = 2 * math.pi * chance.random((trials, 1, 1))
    turn = np.arange(launches * blocks).reshape(1, launches, blocks) / (launches * blocks)
    slope: Floats = 0.5 * math.pi * np.cos(2 * math.pi * turn + phase) / (launches * blocks)
    order = 2 * chance.integers(2, size=(trials, launches, blocks)) - 1
    return _normal(chance, trials, launches, blocks) + slope * order


def _bimodal(chance: np.random.Generator, trials: int, launches: int, blocks: int) -> Floats:
    """One launch in three is laid out badly, and 6 % slower."""

    def laid_out() -> Floats:
        bad = chance.random((trials, launches, 1)) < 1 / 3
        return 0.06 * bad + 0.5 * LAUNCH_SD * chance.standard_normal((trials, launches, 1))

    return _pair(laid_out) + _turns(chance, trials, launches, blocks)


def _launches(chance: np.random.Generator, trials: int, launches: int) -> Floats:
    return _pair(lambda: LAUNCH_SD * chance.standard_normal((trials, launches, 1)))


def _turns(chance: np.random.Generator, trials: int, launches: int, blocks: int) -> Floats:
    return _pair(lambda: TURN_SD * chance.standard_normal((trials, launches, blocks)))


MODELS: dict[str, Model] = {
    "normal launch effects": _normal,
    "heavy-tailed launch effects (t3)": _heavy_launches,
    "rare slow turns": _heavy_blocks,
    "autocorrelated turns": _autocorrelated,
    "drift": _drifting,
    "bimodal launch effects": _bimodal,
}
