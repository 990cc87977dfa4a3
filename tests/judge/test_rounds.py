import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_benchmark.stats import Stats

from harness.judge.rounds import round_figures


@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=30))
def test_the_figures_are_those_of_pytest_benchmark(rounds_s):
    theirs = Stats()
    for each in rounds_s:
        theirs.update(each)
    ours = round_figures(rounds_s)
    close = {"min", "max", "mean", "stddev", "median", "iqr", "q1", "q3", "ops", "total", "rounds"}
    for name in close:
        assert ours[name] == pytest.approx(getattr(theirs, name), rel=1e-9, abs=1e-12 * max(rounds_s)), name
    assert ours.keys() == {*theirs.as_dict(), "iterations"}


def test_outliers_are_those_of_pytest_benchmark():
    rounds_s = [1.0, 1.1, 1.05, 0.9, 1.02, 5.0, 0.1]
    theirs = Stats()
    for each in rounds_s:
        theirs.update(each)
    ours = round_figures(rounds_s)
    for name in ("outliers", "iqr_outliers", "stddev_outliers", "ld15iqr"):
        assert ours[name] == getattr(theirs, name), name
