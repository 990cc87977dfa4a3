"""Which variants get another launch."""

from __future__ import annotations

import msgspec

from harness.conduct.chances import hopeful, is_hopeless
from harness.record.schema import Failure, FailureKind, Variant

from .making import make_case

RAISED = Failure(launch=1, kind=FailureKind.RAISED, text="ValueError")
DIED = Failure(launch=1, kind=FailureKind.DIED, text="SIGKILL")


def case_of(**failures):
    """A case of the variants `a` and `b`, of which `b` has a twin."""
    variants = [
        Variant(name="a", nodeid="t::a", failures=failures.get("a", [])),
        Variant(name="b", nodeid="t::b", failures=failures.get("b", [])),
        Variant(name="b (twin)", nodeid="t::b", twin_of="b", failures=failures.get("twin", [])),
    ]
    return make_case("a", variants=variants)


def test_a_variant_that_raised_gets_no_other_launch():
    assert hopeful(case_of(a=[RAISED])) == ["b", "b (twin)"]


def test_a_variant_that_died_gets_another_launch_until_it_has_died_three_times():
    assert "a" in hopeful(case_of(a=[DIED, DIED]))
    assert "a" not in hopeful(case_of(a=[DIED, DIED, DIED]))


def test_a_twin_goes_on_only_beside_its_original():
    assert hopeful(case_of(b=[RAISED])) == ["a"]


def test_a_case_of_which_only_a_twin_could_go_on_is_hopeless():
    assert is_hopeless(case_of(a=[RAISED], b=[RAISED]))
    assert not is_hopeless(case_of(a=[RAISED]))


def test_side_by_side_a_variant_that_is_left_alone_is_compared_with_nothing():
    alone = msgspec.structs.replace(case_of(a=[RAISED]), of="work")
    assert is_hopeless(alone)
    assert not is_hopeless(msgspec.structs.replace(case_of(), of="work"))


def test_an_original_goes_on_without_its_twin():
    assert hopeful(case_of(twin=[RAISED])) == ["a", "b"]
