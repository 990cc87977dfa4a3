"""Which end a mix resembles, by what can be told from one launch."""

from __future__ import annotations

import pytest
from builders import make_record

from harness.nightly.bisect.witness import NotMeasured, Sites, side_by_running
from harness.record.bisection import Side
from harness.record.schema import Failure, FailureKind
from tests.judge.making import a_case, a_sample, a_variant

SITES = Sites(own="mix", good="old", bad="new")
ODD = "E   ValueError: odd"


def told(**failing):
    """The side of a mix, where these sites fail, each with its text, and the others run."""
    variants = [
        a_variant(name, failures=[Failure(launch=1, kind=FailureKind.RAISED, text=text)] if text else [])
        for name, text in {"old": "", "mix": "", "new": ""}.items() | failing.items()
        if name not in failing or text
    ]
    samples = [a_sample(name, 0.1, 1) for name in ("old", "mix", "new") if name not in failing]
    case = a_case(variants, samples, baseline="old")
    return side_by_running(make_record(missing=["grid, mix: raised: TypeError"]), case, SITES)


def test_a_mix_in_which_the_test_runs_is_like_good():
    assert told(new=ODD) == (Side.GOOD, "")


def test_a_mix_that_fails_as_the_bad_end_does_is_like_bad():
    assert told(new=ODD, mix="E   ValueError: other words") == (Side.BAD, "")


def test_a_mix_that_fails_otherwise_tells_nothing_and_why():
    assert told(new=ODD, mix="E   TypeError: no") == (Side.UNKNOWN, "grid, mix: raised: TypeError")


@pytest.mark.parametrize("failing", [{}, {"old": ODD, "new": ODD}])
def test_ends_that_no_longer_do_what_they_did_are_refused(failing):
    with pytest.raises(NotMeasured, match="doesn't do both any more"):
        told(**failing)
