"""Measures what the checks want to know: some three seconds."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.machine.conditions import ConditionsSampler
from harness.machine.doctor.measured import Clock, Measured
from harness.machine.doctor.pages import small_against_huge
from harness.machine.doctor.resting import rest
from harness.machine.doctor.spinning import all_at_once, one_by_one
from harness.machine.doctor.throttling import throttle_events

_READINGS = 1_000
_BATCHES = 20


def measure(cores: Sequence[int], root: Path = Path("/")) -> Measured:
    """Rest, then work on each of these cores and on all of them. Hold the machine meanwhile (`hold`)."""
    events = throttle_events(root)
    rested = rest(root)
    with ConditionsSampler(root) as sampler:
        sampler.begin()
        alone = one_by_one(cores)
        together = all_at_once(cores)
        work = sampler.end(0, 0)
    later = throttle_events(root)
    return Measured(
        rest=rested,
        alone=alone.loops if alone else (),
        after_rest=alone.after_rest if alone else None,
        together=together,
        work=work,
        throttle_events=None if events is None or later is None else max(0, later - events),
        small_pages=small_against_huge(),
        clock=clock_of(time.perf_counter),
    )


def clock_of(clock: Callable[[], float]) -> Clock:
    """What a reading of a clock takes, in the quickest of 20 batches of 1,000, and its smallest step."""
    batches = [[clock() for _ in range(_READINGS)] for _ in range(_BATCHES)]
    steps = [later - earlier for batch in batches for earlier, later in itertools.pairwise(batch) if later > earlier]
    return Clock(
        reading_s=min(batch[-1] - batch[0] for batch in batches) / (_READINGS - 1), step_s=min(steps, default=0.0)
    )
