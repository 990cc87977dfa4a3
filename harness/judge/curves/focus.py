"""Where along an axis more launches say most about the break-even point."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from harness.judge.blocks import block_log_ratios
from harness.judge.curves.axis import Family, families
from harness.judge.launches import FEWEST, launch_estimates
from harness.record.schema import Case

# How much more a launch beside a change of order is worth than one elsewhere.
AT_CROSSING = 4.0


def focus(cases: Sequence[Case]) -> dict[str, float]:
    """How much a launch of each case is worth: by case id, 1 for all but those at a break-even point.

    After a first pass (three launches of each point), those two values of an axis between which the order of a variant
    and the baseline changes get four times the weight: their ratios are what the break-even point is found from. The
    change is that of the mean log ratios, known or not: a value's order doesn't have to be known to be worth knowing.
    Where a sign changes isn't where the answer is liked, so the choice favours no variant.
    """
    weights = {case.id: 1.0 for case in cases}
    for family in families(cases):
        if family.problem:
            continue
        for case in _at_crossings(family):
            weights[case.id] = AT_CROSSING
    return weights


def _at_crossings(family: Family) -> list[Case]:
    names = {each.name for case in family.cases for each in case.variants if each.twin_of is None}
    found: list[Case] = []
    for name in sorted(names - {family.baseline}):
        known = ((case, _side(case, name, family.baseline)) for case in family.cases)
        sides = [(case, side) for case, side in known if side is not None]
        for (low, below), (high, above) in pairwise(sides):
            if below * above <= 0:
                found += [low, high]
    return found


def _side(case: Case, name: str, baseline: str) -> float | None:
    """The sign of a variant's mean log ratio to the baseline; None before the first pass."""
    estimates = launch_estimates(block_log_ratios(case.samples, name, baseline))
    return float(np.sign(np.mean(estimates))) if estimates.size >= FEWEST else None
