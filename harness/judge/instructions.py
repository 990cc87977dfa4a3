"""Instructions executed by a call: nearly exact, and compared like times, launch by launch."""

from collections.abc import Iterable

import numpy as np

from harness.judge.blocks import is_measured
from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, launch_estimates, launch_interval
from harness.record.schema import Case, Instructions, Sample


def instructions_of(case: Case, variant: str) -> Instructions | None:
    """What was counted of a variant, and its ratio to the baseline; None where nothing was.

    The same code executes nearly the same number each time; hash seeds, memory layout and threads that spin move it.
    """
    ours = _by_block(case.samples, variant)
    if not ours:
        return None
    by_launch = _by_launch(ours)
    medians = np.array([np.median(counts) for counts in by_launch.values()])
    log_ratios = _log_ratios(ours, _by_block(case.samples, case.baseline)) if variant != case.baseline else np.array([])
    return Instructions(
        per_call=float(np.median(medians)),
        spread=float(np.std(medians, ddof=1) / np.mean(medians)) if medians.size > 1 else None,
        ratio=float(np.exp(np.mean(log_ratios))) if log_ratios.size else None,
        interval=launch_interval(log_ratios) if log_ratios.size >= FEWEST else None,
    )


def _by_block(samples: Iterable[Sample], variant: str) -> dict[tuple[int, int], float]:
    """Instructions a call in each measured turn, by launch and block."""
    return {
        (sample.launch, sample.block): sample.instructions / sample.calls
        for sample in samples
        if sample.variant == variant and is_measured(sample) and sample.instructions
    }


def _log_ratios(ours: dict[tuple[int, int], float], theirs: dict[tuple[int, int], float]) -> Floats:
    """One log ratio a launch, over the blocks in which both were counted; shape (launches,)."""
    common = {at: float(np.log(ours[at] / theirs[at])) for at in sorted(ours.keys() & theirs.keys())}
    return launch_estimates(_by_launch(common))


def _by_launch(values: dict[tuple[int, int], float]) -> dict[int, Floats]:
    gathered: dict[int, list[float]] = {}
    for (launch, _), value in sorted(values.items()):
        gathered.setdefault(launch, []).append(value)
    return {launch: np.array(found) for launch, found in gathered.items()}
