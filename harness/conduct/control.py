"""How much of a launch goes into the control: pure decisions that keep a twin within its share of the time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median

from harness.conduct.chances import hopeful
from harness.conduct.pace import Pace
from harness.conduct.schedule import FEWEST_LAUNCHES
from harness.judge import controls, spent_s
from harness.record.schema import Case, Phase

MOST_SHARE = 0.15


def original_of_twin(case: Case, running: Sequence[str], pace: Pace) -> str | None:
    """The variant of which the case has a twin: once the cheapest of those that run in a launch, then always the same.

    None where there is none to choose from, or the chosen one was lost in this launch but gets another: a case has one
    twin, as what it shows is told of all its launches together.
    """
    going_on = hopeful(case)
    twins = dict(controls(case))
    chosen = [original for original in twins.values() if original in going_on]
    if chosen:
        return chosen[0] if chosen[0] in running else None
    return min((name for name in running if name not in twins), key=pace.typical_call_s, default=None)


def blocks_with_twin(case: Case, pace: Pace, blocks: int) -> int:
    """In how many of a launch's measured blocks the case's twin takes part; 0 if its probe isn't started at all.

    blocks: measured ones that the launch is to have. Its turns stay within 15 % of those of the launch, but for one
    block; so it has as many blocks in each launch that it takes part in. From the fourth on it takes part only if the
    case's time as a whole, starts included, then still has no more than 15 % for it. Where a single other variant is
    measured the twin is all that it is compared with, and takes part in everything.
    """
    names = hopeful(case)
    twins = dict(controls(case))
    twin = next((name for name in names if name in twins), None)
    others = [name for name in names if name not in twins]
    if twin is None:
        return 0
    if len(others) < 2:
        return blocks
    calls = {variant.name: variant.calls for variant in case.variants}
    turn_s = calls[twin] * pace.typical_call_s(twins[twin])
    others_s = pace.block_s(others, calls)
    cold = 0 if case.fresh else 1
    taken = _within_turns(blocks, cold, turn_s, others_s)
    if len(_launches_with(case, twin)) < FEWEST_LAUNCHES:
        return taken
    starts_s = _starts_s(case, pace)
    start_s = _start_of_one_s(case, starts_s)
    twin_s, all_s = spent_s(case, twin, starts_s)
    its_s = start_s + (taken + cold) * turn_s
    launch_s = len(others) * start_s + (blocks + cold) * others_s + its_s
    return taken if twin_s + its_s <= MOST_SHARE * (all_s + launch_s) else 0


def _within_turns(blocks: int, cold: int, turn_s: float, others_s: float) -> int:
    if turn_s <= 0:
        return blocks
    room = math.floor(MOST_SHARE / (1 - MOST_SHARE) * (blocks + cold) * others_s / turn_s) - cold
    return max(1, min(blocks, room))


def _launches_with(case: Case, twin: str) -> set[int]:
    return {each.launch for each in case.samples if each.variant == twin and each.phase is Phase.MEASURED}


def _starts_s(case: Case, pace: Pace) -> dict[int, float]:
    """Seconds in which the probes of each launch were started: beside each other, or each for its turn."""
    if case.fresh:
        return {launch: count * pace.typical_start_s() for launch, count in _probes(case).items()}
    return {launch.number: launch.start_s for launch in case.launches}


def _start_of_one_s(case: Case, starts_s: Mapping[int, float]) -> float:
    return median(starts_s.get(launch, 0.0) / count for launch, count in _probes(case).items())


def _probes(case: Case) -> dict[int, int]:
    variants: dict[int, set[str]] = {}
    for sample in case.samples:
        variants.setdefault(sample.launch, set()).add(sample.variant)
    return {launch: len(names) for launch, names in variants.items()}
