"""Where the slow calls of two variants compare otherwise than their typical ones."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, factor, launch_interval
from harness.judge.location import hodges_lehmann
from harness.record.schema import Tail

Figure = Callable[[Floats], float]


def _mean(times: Floats) -> float:
    return float(np.mean(times))


def _p95(times: Floats) -> float:
    return float(np.percentile(times, 95))


FIGURES: Mapping[str, Figure] = {"mean": _mean, "95th percentile": _p95}
# Both are looked at: together they find something where nothing is in at most 5 %.
CONFIDENCE = 1 - 0.05 / len(FIGURES)


def tails_of(pairs: Mapping[int, tuple[Floats, Floats]], margin: float) -> list[Tail]:
    """The figures (mean, 95th percentile) by which two variants compare otherwise than by their ratio.

    pairs: per launch, seconds a call of variant and baseline over the blocks that have both, shape (blocks,)
    (`paired_times`). margin: a share. A launch's excess is the log ratio of the two figures less the launch's estimate
    of the log ratio; the figure tells another story if Student's t interval of the mean excess over launches (97.5 %,
    as there are two figures) excludes 0 and the mean is beyond the margin. Launches of one block tell nothing, and
    below three that do there is none. Where slow calls are so rare that most launches have none, it sees nothing.
    """
    blocks = {launch: times for launch, times in pairs.items() if times[0].size > 1}
    if len(blocks) < FEWEST:
        return []
    estimates = np.array([hodges_lehmann(np.log(ours / theirs)) for ours, theirs in blocks.values()])
    found = []
    for name, figure in FIGURES.items():
        log_ratios = np.array([math.log(figure(ours) / figure(theirs)) for ours, theirs in blocks.values()])
        excess = launch_interval(log_ratios - estimates, CONFIDENCE)
        typical = factor(float(np.mean(log_ratios - estimates)))
        if not excess.low <= 1 <= excess.high and not 1 / (1 + margin) <= typical <= 1 + margin:
            found.append(Tail(figure=name, ratio=factor(float(np.mean(log_ratios))), excess=excess))
    return found
