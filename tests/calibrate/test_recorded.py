"""Comparisons as findings keep them, judged again."""

from pathlib import Path

import numpy as np
import pytest

from harness.calibrate.findings import read
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


def test_every_trial_that_was_ever_recorded_is_judged_again_as_it_was():
    """The rule over rows is the judge's, on real launches: each says what its own run said of it."""
    compared = [
        (trial, name, each)
        for trial in read([FINDINGS]).harness
        if trial.fixed_launches is None
        for name, each in trial.comparisons.items()
        if len(each.launches) >= 3
    ]
    assert len(compared) > 1000
    others = []
    for trial, name, each in compared:
        steps = one_by_one(looks_taken(each))
        row = estimates(each)[np.newaxis]
        ended = stopped_after([seen(row, step) for step in steps], steps, trial.precision, 0.0, 1)
        if bool(ended.different[0]) != each.different:
            others.append((trial.experiment, trial.noise, trial.number, name))
    assert others == []
