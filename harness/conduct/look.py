"""Whether a case is looked at now, and what the look shows."""

from __future__ import annotations

import msgspec
import numpy as np

from harness.conduct.chances import cut_launches, given_up, measured_launches
from harness.judge import block_log_ratios, enough, launch_estimates, looks_at, spent
from harness.judge.floats import Floats
from harness.judge.looks import MOST_LOOKS, looks
from harness.record.schema import Case, Look


def due_look(case: Case, most: int, precision: float) -> Look | None:
    """The look that is due after the launches that a case has, of a plan of at most `most`; None where none is.

    The plan's end is no look: nothing is left to be decided there. A plan that has changed since the last look has its
    looks elsewhere, and what was given out stays given out.
    """
    launches = len(whole_launches(case))
    before = sum(1 for number in whole_launches(case) if case.looks and number <= case.looks[-1].launch)
    due = next((number for number in looks(most) if number > before), most)
    if not due <= launches < most or len(case.looks) >= MOST_LOOKS - 1 or is_known(case):
        return None
    share = spent(launches, most)
    if case.looks and share <= case.looks[-1].spent:
        return None
    look = Look(launch=case.launches[-1].number, spent=share, enough=True)
    return msgspec.structs.replace(look, enough=_shows_enough(case, look, precision))


def is_known(case: Case) -> bool:
    """Whether the case was known well enough at its last look."""
    return bool(case.looks) and case.looks[-1].enough


def whole_launches(case: Case) -> set[int]:
    """The launches that count towards a plan."""
    return measured_launches(case) - cut_launches(case)


def comparisons(case: Case) -> list[dict[int, Floats]]:
    """The blocks' log ratios, by launch, of all that is held against the baseline; of the twin where that is all."""
    going_on = [
        variant for variant in case.variants if variant.name != case.baseline and not given_up(variant.failures)
    ]
    compared = [variant for variant in going_on if variant.twin_of is None] or going_on
    return [block_log_ratios(case.samples, each.name, each.twin_of or case.baseline) for each in compared]


def estimates(case: Case) -> list[Floats]:
    """One log ratio a launch, for each comparison: shape (launches,)."""
    return [launch_estimates(blocks) if blocks else np.zeros(0) for blocks in comparisons(case)]


def _shows_enough(case: Case, look: Look, precision: float) -> bool:
    return all(
        bool(blocks) and enough(launch_estimates(blocks), looks_at(list(blocks), [*case.looks, look]), precision)
        for blocks in comparisons(case)
    )
