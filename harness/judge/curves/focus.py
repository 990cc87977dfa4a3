"""Where along an axis more launches say most about the break-even point."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from harness.judge.blocks import block_log_ratios
from harness.judge.curves.axis import Family, families
from harness.judge.launches import FEWEST, launch_estimates
from harness.record.schema import Case

# Launches are shared out as the roots of weights: beside a change of order a case gets ten times those of another.
ELSEWHERE = 0.01


def focus(cases: Sequence[Case]) -> dict[str, float]:
    """How much the precision of each case counts: by case id, 1 for all but those of a family that are far from its
    break-even points.

    After a first pass (three launches of each point), those two values of an axis between which the order of a variant
    and the baseline changes keep their weight, as their ratios are what the break-even point is found from, and the
    others of the family get a hundredth. So the family as a whole takes nothing from other cases; and what the points
    at the crossing don't need goes to the others in the end. The change is that of the mean log ratios, known or not: a
    value's order doesn't have to be known to be worth knowing. The choice favours no variant: it looks at where signs
    differ, and not at which of them is which.
    """
    weights = {case.id: 1.0 for case in cases}
    for family in families(cases):
        near = {case.id for case in _at_crossings(family)} if not family.problem else set()
        if near:
            weights |= {case.id: ELSEWHERE for case in family.cases if case.id not in near}
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
