"""Effects of code and packages: against a slow literal version, and in simulation."""

from __future__ import annotations

import math
from statistics import median

import numpy as np
import pytest
from scipy import stats

from harness.judge.nights import Cell, Effect, factorial
from harness.judge.nights.factorial import CONTRASTS, decisive
from harness.record.schema import Verdict

from .making import CELLS, two_by_two


def slowly(case, effect):
    """One estimate a launch, by hand: the median of all means of two blocks, of sums of logarithms."""
    above, below = CONTRASTS[effect]
    launches = []
    for launch in sorted({sample.launch for sample in case.samples}):
        blocks = []
        for block in sorted({sample.block for sample in case.samples if sample.launch == launch}):
            times = {s.variant: s.wall_s / s.calls for s in case.samples if (s.launch, s.block) == (launch, block)}
            figure = sum(math.log(times[CELLS[cell]]) for cell in above)
            blocks.append(figure - sum(math.log(times[CELLS[cell]]) for cell in below))
        means = [(a + b) / 2 for at, a in enumerate(blocks) for b in blocks[at:]]
        launches.append(median(means))
    return launches


@pytest.mark.parametrize("effect", list(Effect))
def test_an_effect_and_its_interval_are_those_of_a_slow_literal_version(effect):
    case = two_by_two(1.3, 0.8, 1.1, launches=5, seed=3)
    (found,) = [each for each in factorial(case, CELLS, 0.02) if each.effect is effect]
    expected = slowly(case, effect)
    assert np.log(found.ratio.launch_ratios) == pytest.approx(expected)
    low, high = stats.t.interval(0.95, len(expected) - 1, np.mean(expected), stats.sem(expected))
    assert (found.ratio.shown.low, found.ratio.shown.high) == pytest.approx((math.exp(low), math.exp(high)))


def test_the_simple_effects_and_the_interaction_make_up_the_whole():
    found = {each.effect: math.log(each.ratio.estimate) for each in factorial(two_by_two(1.5, 1.2, 0.7), CELLS, 0.02)}
    assert found[Effect.CODE_THEN] + found[Effect.PACKAGES_NOW] == pytest.approx(found[Effect.TOTAL], abs=0.01)
    assert found[Effect.CODE_NOW] - found[Effect.CODE_THEN] == pytest.approx(found[Effect.INTERACTION], abs=0.01)


@pytest.mark.parametrize("cell", list(Cell))
def test_without_one_of_the_four_what_the_other_three_say_is_still_told(cell):
    cells = {each: name for each, name in CELLS.items() if each is not cell}
    found = {each.effect for each in factorial(two_by_two(1.5, 1.0, without=[cell]), cells, 0.02)}
    assert found == {effect for effect, sides in CONTRASTS.items() if cell not in (*sides[0], *sides[1])}
    assert len(found) >= 2
    assert found - {Effect.TOTAL} == set(decisive(found)) or cell is Cell.NEITHER or cell is Cell.BOTH


def test_of_nothing_nothing_is_said():
    assert factorial(two_by_two(without=list(Cell)), CELLS, 0.02) == []


def test_where_nothing_moved_at_most_five_in_a_hundred_are_blamed():
    """Of 120 nights with launches that differ by 3 %: in 6 of them what a blame rests on excludes 1, if 5 % hold."""
    wrong = 0
    for seed in range(120):
        found = factorial(two_by_two(launches=6, launch_sd=0.03, seed=(7, seed)), CELLS, 0.0)
        rests_on = decisive([each.effect for each in found])
        wrong += any(each.verdict in {Verdict.FASTER, Verdict.SLOWER} for each in found if each.effect in rests_on)
    assert wrong <= 13  # three standard deviations above
