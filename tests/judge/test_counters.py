"""Counters are compared exactly, and one launch of each side is enough."""

from __future__ import annotations

import pytest

from harness.judge.counters import changes, constant, instabilities
from harness.judge.run import judge_run
from harness.record.schema import CounterChange

from .making import a_case, a_variant, no_array, noisy_samples


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ([{"fit": 11}], [{"fit": 21}], [("fit", 11, 21)]),
        ([{"fit": 11}] * 3, [{"fit": 11}] * 2, []),
        ([{"fit": 11, "tasks": 5}], [{"fit": 10, "tasks": 6}], [("fit", 11, 10), ("tasks", 5, 6)]),
        ([{"fit": 11}, {"fit": 12}], [{"fit": 21}], []),
        ([{"fit": 11}], [{"fit": 21}, {}], []),
        ([{"fit": 11}], [{"tasks": 21}], []),
        ([], [{"fit": 21}], []),
        ([{"fit": 0}], [{"fit": 1}], [("fit", 0, 1)]),
    ],
)
def test_what_is_one_number_on_each_side_and_not_the_same_has_changed(before, after, changed):
    assert changes(before, after) == [CounterChange(name=name, before=a, after=b) for name, a, b in changed]


def test_constant_counters_and_unstable_ones_are_all_there_are():
    counters = [{"fit": 1, "tasks": 5, "gone": 1}, {"fit": 1, "tasks": 6}]
    assert constant(counters) == {"fit": 1}
    assert instabilities(counters) == [
        "counter gone is not the same in each launch: 1 or absent",
        "counter tasks is not the same in each launch: 5, 6",
    ]
    assert (constant([]), instabilities([])) == ({}, [])


def judged(**fields):
    variants = [a_variant("naive", counters=[{"fit": 11}]), a_variant("fast", counters=[{"fit": 21}])]
    samples = noisy_samples({"naive": 1.0, "fast": 1.0}, launches=1)
    (judgement,) = judge_run([a_case(variants, samples, **fields)], 0.02, no_array)
    return {row.variant: row.counter_changes for row in judgement.variants}


def test_side_by_side_a_changed_counter_is_a_verdict_from_one_launch():
    assert judged(of="grid", variant="shared") == {
        "naive": [],
        "fast": [CounterChange(name="fit", before=11, after=21)],
    }


def test_within_a_suites_case_variants_count_differently_by_design():
    assert judged() == {"naive": [], "fast": []}
