"""From the samples of one case to ratios and times, launch by launch."""

from collections.abc import Iterable

import numpy as np

from harness.judge.floats import Floats
from harness.record.schema import Phase, Sample


def block_log_ratios(samples: Iterable[Sample], variant: str, baseline: str) -> dict[int, Floats]:
    """The log ratio variant over baseline of each block in which both were measured.

    Returns, per launch in ascending order, shape (blocks,), in the order of the blocks. Samples that are no
    measurement (warm-up, pilot, broken, void) and turns without a positive time are left out; a launch of which
    nothing is left has no entry.
    """
    return {
        launch: np.log(numerator / denominator)
        for launch, (numerator, denominator) in paired_times(samples, variant, baseline).items()
    }


def paired_times(samples: Iterable[Sample], variant: str, baseline: str) -> dict[int, tuple[Floats, Floats]]:
    """Seconds a call of variant and of baseline, over the blocks that have both.

    Returns, per launch in ascending order, two arrays of shape (blocks,).
    """
    seen: dict[str, dict[tuple[int, int], float]] = {variant: {}, baseline: {}}
    for sample in samples:
        if sample.variant in seen and is_measured(sample):
            seen[sample.variant].setdefault((sample.launch, sample.block), sample.wall_s / sample.calls)
    common = sorted(seen[variant].keys() & seen[baseline].keys())
    launches = sorted({launch for launch, _ in common})
    return {
        launch: (
            np.array([seen[variant][at] for at in common if at[0] == launch]),
            np.array([seen[baseline][at] for at in common if at[0] == launch]),
        )
        for launch in launches
    }


def call_times(samples: Iterable[Sample], variant: str) -> dict[int, Floats]:
    """Wall-clock seconds a call of each measured turn of a variant: per launch in ascending order, shape (turns,)."""
    return _by_launch((sample.launch, sample.wall_s / sample.calls) for sample in _measured(samples, variant))


def call_cpu_times(samples: Iterable[Sample], variant: str) -> dict[int, Floats]:
    """CPU seconds a call of each measured turn of a variant: per launch in ascending order, shape (turns,)."""
    return _by_launch((sample.launch, sample.cpu_s / sample.calls) for sample in _measured(samples, variant))


def is_measured(sample: Sample) -> bool:
    """Whether a sample may enter a ratio: measured, and with a time that has a logarithm."""
    return sample.phase == Phase.MEASURED and sample.calls > 0 and 0 < sample.wall_s < float("inf")


def _measured(samples: Iterable[Sample], variant: str) -> Iterable[Sample]:
    return (sample for sample in samples if sample.variant == variant and is_measured(sample))


def _by_launch(values: Iterable[tuple[int, float]]) -> dict[int, Floats]:
    gathered: dict[int, list[float]] = {}
    for launch, value in values:
        gathered.setdefault(launch, []).append(value)
    return {launch: np.array(gathered[launch]) for launch in sorted(gathered)}
