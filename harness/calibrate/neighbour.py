"""Whether a neighbour that touches much memory moves the ratio of others in its case."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from harness.calibrate.bench import Fixed, SelfBench
from harness.judge import block_log_ratios, launch_estimates, launch_interval
from harness.record.schema import Interval

BASELINE, OTHER = "add_up", "square"
# Turns of 10 ms and more, as a run would calibrate them.
CALLS = {BASELINE: 1500, OTHER: 400}


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """The ratio of the two short functions in one setting."""

    name: str
    ratio: float
    interval: Interval


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """beyond: by what share the ratio moved further than the two intervals allow; 0 where they overlap."""

    alone: Setting
    crowded: Setting
    beyond: float


def effect(bench: SelfBench, launches: int, blocks: int, tell: Callable[[int], None]) -> Effect:
    """Measure both settings in turn, a launch of each at a time, so that a drift of the machine meets both.

    launches: of each setting, at least 3. tell: is given how many pairs of launches are done.
    """
    found: dict[str, list[float]] = {"alone": [], "crowded": []}
    fixed = Fixed(launches=1, blocks=blocks, calls=CALLS)
    for number in range(launches):
        for name, estimates in found.items():
            case = bench.run(name, fixed, seed=number)
            estimates.extend(launch_estimates(block_log_ratios(case.samples, OTHER, BASELINE)).tolist())
        tell(number + 1)
    alone, crowded = (_setting(name, estimates) for name, estimates in found.items())
    gap = max(alone.interval.low / crowded.interval.high, crowded.interval.low / alone.interval.high) - 1
    return Effect(alone=alone, crowded=crowded, beyond=max(0.0, gap))


def _setting(name: str, log_ratios: list[float]) -> Setting:
    estimates = np.array(log_ratios)
    return Setting(name=name, ratio=float(np.exp(estimates.mean())), interval=launch_interval(estimates))
