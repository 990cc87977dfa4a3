"""Comparisons as findings keep them, judged again."""

from pathlib import Path

import numpy as np
import pytest

from harness.calibrate.findings import BASIS_POINT, read
from harness.calibrate.recorded import estimates, looks_taken
from harness.calibrate.stopping import one_by_one, seen, stopped_after
from harness.judge import Looks, hodges_lehmann
from tests.calibrate.making import comparison

FINDINGS = Path(__file__).parents[2] / "docs" / "calibration" / "findings.jsonl"


def test_each_launch_has_one_estimate():
    found = estimates(comparison([100, 300, 100], [-50, 50]))
    assert found == pytest.approx([hodges_lehmann(np.array([0.01, 0.03, 0.01])), 0.0])


def test_looks_are_those_that_were_taken():
    assert looks_taken(comparison([1], [2], [3])) == Looks(launches=(3,), spent=(1.0,))


def test_every_trial_of_a_twin_alone_is_judged_again_as_it_was_and_ends_where_it_did():
    """The rule over rows is the judge's, on real launches. Findings are rounded: what hangs on that is left out."""
    compared = [
        (trial, trial.comparisons["twin"])
        for trial in read([FINDINGS]).harness
        if trial.fixed_launches is None and set(trial.comparisons) == {"twin"}
        if len(trial.comparisons["twin"].launches) >= 3
    ]
    others, clear = [], 0
    for trial, each in compared:
        steps = one_by_one(looks_taken(each))
        row = estimates(each)[np.newaxis]
        known = [seen(row, step) for step in steps]
        if any(hangs_on_rounding(at_look, trial.precision) for at_look in known):
            continue
        clear += 1
        ended = stopped_after(known, steps, trial.precision, 0.0, 1)
        if (bool(ended.different[0]), int(ended.launches[0])) != (each.different, each.looks[-1][0]):
            others.append((trial.experiment, trial.noise, trial.number))
    assert others == []
    assert clear > 0.9 * len(compared)
    assert clear > 1000


def hangs_on_rounding(at_look, precision):
    """Whether a bound lies within a basis point of what it is held against."""
    mean, half = abs(float(at_look.mean[0])), float(at_look.half[0])
    return abs(mean - half) < BASIS_POINT or abs(half - max(precision, mean / 10)) < BASIS_POINT
