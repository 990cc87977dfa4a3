"""What a neighbour does, from launches that are made up."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from harness.calibrate.neighbour import BASELINE, OTHER, effects
from harness.conduct.fold import TWIN
from harness.failure import HarnessError
from harness.record.schema import Case, Failure, FailureKind, Phase, Sample, Tolerance, Variant

SCATTER = (0.99, 1.0, 1.01)


class MadeUp:
    """Gives launches in which the two functions take these times, by setting."""

    def __init__(self, times, failing=(), scatter=None):
        self._scatter = scatter or {}
        self.asked = []
        self._times = times
        self._failing = failing
        self._numbers = itertools.count()

    def run(self, group, fixed, seed):
        self.asked.append(group)
        base_s, other_s = self._times[group]
        scatter = self._scatter.get(group, SCATTER)[seed % 3]
        samples = [
            Sample(launch=1, block=block, variant=name, calls=10, wall_s=10 * time, cpu_s=0, phase=Phase.MEASURED)
            for block in range(fixed.blocks)
            for name, time in ((BASELINE, base_s), (BASELINE + TWIN, base_s), (OTHER, other_s * scatter))
        ]
        failures = []
        if group in self._failing:
            text = (
                "def test():\n>   import distributed\nE   ModuleNotFoundError: No module named 'distributed'\n\nx.py:1"
            )
            failures = [Failure(launch=1, kind=FailureKind.RAISED, text=text)]
        return Case(
            id=group,
            file="f",
            group=group,
            params={},
            baseline=BASELINE,
            baseline_stated=False,
            tolerance=Tolerance(rtol=0, atol=0),
            variants=[Variant(name="it", nodeid="it", failures=failures)],
            samples=samples,
        )


def found(bench, launches=3):
    return effects(bench, launches, 2, lambda _: None, names=["beside"])


def test_a_quiet_neighbour_moves_nothing():
    (beside,) = found(MadeUp({"alone": (1.0, 2.0), "beside": (1.0, 2.0)})).neighbours
    assert beside.beyond == 0
    assert beside.moved.ratio == pytest.approx(1)
    assert beside.slowed.ratio == pytest.approx(1)


def test_one_that_slows_both_alike_moves_their_times_and_not_their_ratio():
    (beside,) = found(MadeUp({"alone": (1.0, 2.0), "beside": (1.1, 2.2)})).neighbours
    assert beside.beyond == 0
    assert beside.moved.ratio == pytest.approx(1)
    assert beside.slowed.ratio == pytest.approx(1.1)


@pytest.mark.parametrize("factor", [1.5, 1 / 1.5])
def test_one_that_moves_the_ratio_is_told_by_how_much_beyond_both_intervals(factor):
    effect = found(MadeUp({"alone": (1.0, 2.0), "beside": (1.0, 2.0 * factor)}))
    (beside,) = effect.neighbours
    assert beside.moved.ratio == pytest.approx(factor)
    # The launches of both settings scatter alike, so that the move itself doesn't scatter.
    assert beside.beyond == pytest.approx(0.5)


def test_a_move_that_could_be_chance_is_none():
    bench = MadeUp({"alone": (1.0, 2.0), "beside": (1.0, 2.01)}, scatter={"beside": (1.02, 1.0, 0.98)})
    (beside,) = found(bench).neighbours
    assert beside.moved.ratio == pytest.approx(1.005, abs=1e-3)
    assert beside.beyond == 0
    assert beside.within > 0.02, "which is no proof that there is none"


def test_a_neighbour_is_shown_to_stay_within_what_two_one_sided_tests_leave():
    bench = MadeUp({"alone": (1.0, 2.0), "beside": (1.0, 2.0)}, scatter={"alone": (1, 1, 1), "beside": SCATTER})
    (beside,) = found(bench, launches=30).neighbours
    logs = np.log(np.array(SCATTER * 10))
    reach = stats.t.ppf(0.95, 29) * stats.sem(logs)
    assert beside.within == pytest.approx(np.expm1(abs(logs.mean()) + reach), rel=1e-6)


def test_the_twin_is_told_in_each_setting():
    effect = found(MadeUp({"alone": (1.0, 2.0), "beside": (1.0, 2.0)}))
    assert effect.alone.twin.ratio == effect.neighbours[0].setting.twin.ratio == pytest.approx(1)


def test_settings_take_turns_and_each_begins_as_often():
    bench = MadeUp({"alone": (1.0, 2.0), "beside": (1.0, 2.0)})
    found(bench, launches=4)
    assert bench.asked == ["alone", "beside", "beside", "alone"] * 2


def test_a_neighbour_that_could_not_be_had_is_said_and_is_no_quiet_one():
    bench = MadeUp({"alone": (1.0, 2.0), "beside": (1.0, 2.0)}, failing=["beside"])
    (beside,) = found(bench).neighbours
    assert beside.missing == "ModuleNotFoundError: No module named 'distributed'"
    assert (beside.setting, beside.moved, beside.slowed) == (None, None, None)
    assert bench.asked.count("beside") == 1


def test_a_launch_that_measured_nothing_is_said():
    bench = MadeUp({"alone": (0.0, 2.0), "beside": (1.0, 2.0)})
    with pytest.raises(HarnessError, match="measured nothing"):
        found(bench)
