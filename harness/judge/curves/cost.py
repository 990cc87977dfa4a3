"""COST: how many workers a way of scaling needs before it beats one core used well."""

from collections.abc import Mapping, Sequence

import numpy as np

from harness.judge.change import change_of
from harness.judge.comparisons import holm
from harness.judge.floats import Floats
from harness.record.schema import Cost

# CPU seconds a second: what a variant on one core may show beside its one thread.
SINGLE_CORE = 1.25
CONFIDENCE = 0.95


def best_single(times: Mapping[str, Floats], cores_used: Mapping[str, float]) -> str | None:
    """The fastest variant at one worker that keeps to one core; None where none does.

    times: by variant, logarithms of the time at 1 worker, shape (launches,). cores_used: CPU seconds a second.
    """
    alone = [name for name, used in cores_used.items() if used <= SINGLE_CORE and name in times]
    return min(alone, key=lambda name: float(np.mean(times[name])), default=None)


def cost_of(single: str, alone: Floats, workers: Sequence[float], times: Sequence[Floats]) -> Cost:
    """The Configuration that Outperforms a Single Thread: the smallest measured number of workers that does.

    single, alone: the best single-core variant, and the logarithms of its time at 1 worker, shape (launches,). workers:
    ascending; times: at each, in the same way. It beats one core where Welch's test, Holm-adjusted over the numbers of
    workers, finds it faster. Source: McSherry, Isard and Murray (2015), Scalability! But at what COST?, HotOS XV.
    """
    gains = {place: gain for place, each in enumerate(times) if (gain := change_of(each, alone)) is not None}
    adjusted = holm([gain.p_value for gain in gains.values()], CONFIDENCE)
    signs = [0] * len(times)
    for (place, gain), adjustment in zip(gains.items(), adjusted, strict=True):
        if adjustment.p_value <= 1 - CONFIDENCE:
            signs[place] = int(np.sign(gain.estimate - 1))
    beating = next((place for place, sign in enumerate(signs) if sign > 0), None)
    return Cost(
        workers=None if beating is None else workers[beating],
        single=single,
        single_s=float(np.exp(np.mean(alone))),
        measured=list(workers),
        unknown=[workers[place] for place, sign in enumerate(signs[:beating]) if sign == 0],
    )
