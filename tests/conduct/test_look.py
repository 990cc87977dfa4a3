"""Whether a case is looked at now, and what the look shows."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from harness.conduct.look import due_look, estimates, whole_launches
from harness.judge import ratio_of, spent
from harness.record.schema import Failure, FailureKind, Launch, Look, Phase, Variant

from .making import make_case, sampled


def case_with(launches, ratios=None, spread=0.0, looks=(), blocks=2):
    """A case of so many launches, in which each variant's log ratio to the first scatters by `spread`."""
    ratios = ratios or {"a": 1.0, "b": 0.5}
    random = np.random.default_rng(1)
    samples = []
    for launch in range(1, launches + 1):
        for name, ratio in ratios.items():
            wall_s = ratio * float(np.exp(0.0 if name == "a" else random.normal(0, spread)))
            samples += [sampled(name, launch, block, wall_s=wall_s).sample for block in range(blocks)]
    done = [
        Launch(number=number, hash_seed=1, began="", start_s=0.1, phase=Phase.MEASURED)
        for number in range(1, launches + 1)
    ]
    case = make_case(*ratios)
    return msgspec.structs.replace(case, samples=samples, launches=done, looks=list(looks))


@pytest.mark.parametrize(("launches", "due"), [(1, False), (3, False), (4, True), (5, True), (12, False)])
def test_a_case_is_looked_at_from_its_fourth_launch_on_and_not_at_its_plans_end(launches, due):
    assert (due_look(case_with(launches), 12, 0.02) is not None) == due


def test_a_look_says_after_which_launch_it_was_and_what_it_spent():
    look = due_look(case_with(4, spread=0.5), 12, 0.02)
    assert look == Look(launch=4, spent=spent(4, 12), enough=False)


def test_the_next_look_waits_for_its_number_of_launches():
    first = Look(launch=4, spent=spent(4, 12), enough=False)
    assert due_look(case_with(6, spread=0.5, looks=[first]), 12, 0.02) is None
    assert due_look(case_with(7, spread=0.5, looks=[first]), 12, 0.02).spent == spent(7, 12)


def test_what_was_spent_stays_spent_where_the_plan_has_grown():
    first = Look(launch=4, spent=spent(4, 5), enough=False)
    grown = case_with(8, spread=0.5, looks=[first])
    assert due_look(grown, 60, 0.02) is None
    assert due_look(grown, 9, 0.02).spent == spent(8, 9)


def test_there_are_never_more_than_four_looks_before_the_end():
    taken = [Look(launch=number, spent=number / 100, enough=False) for number in (4, 5, 6, 7)]
    assert due_look(case_with(30, spread=0.5, looks=taken), 60, 0.02) is None


def test_a_case_that_is_known_is_looked_at_no_more():
    known = Look(launch=4, spent=0.1, enough=True)
    assert due_look(case_with(8, looks=[known]), 12, 0.02) is None


def test_enough_is_what_the_interval_says_that_the_record_will_have():
    for spread in (0.001, 0.01, 0.03, 0.1):
        case = case_with(4, {"a": 1.0, "b": 0.8}, spread)
        look = due_look(case, 12, 0.02)
        ended = msgspec.structs.replace(case, looks=[msgspec.structs.replace(look, enough=True)])
        interval = ratio_of(ended, "b", "a").stopped
        half = np.log(interval.high / interval.low) / 2
        assert look.enough == (half <= max(0.02, abs(np.log(ratio_of(case, "b", "a").estimate)) / 10))


def test_all_comparisons_have_to_be_known():
    assert due_look(case_with(4, {"a": 1.0, "b": 0.5, "c": 0.4}), 12, 0.02).enough
    loose = case_with(4, {"a": 1.0, "b": 0.5}, spread=0.5)
    assert not due_look(loose, 12, 0.02).enough


def test_a_twin_counts_only_where_it_is_all_there_is():
    case = case_with(4, {"a": 1.0, "b": 0.5, "t": 1.0})
    twins = [*case.variants[:2], Variant(name="t", nodeid="n", twin_of="a")]
    assert len(estimates(msgspec.structs.replace(case, variants=twins))) == 1
    alone = msgspec.structs.replace(case, variants=[twins[0], twins[2]])
    assert len(estimates(alone)) == 1
    assert due_look(alone, 12, 0.02).enough


def test_a_variant_that_is_given_up_keeps_no_case_from_its_end():
    case = case_with(4, {"a": 1.0, "b": 0.5, "c": 0.4})
    failure = Failure(launch=1, kind=FailureKind.RAISED, text="no")
    failed = msgspec.structs.replace(case.variants[2], failures=[failure])
    samples = [sample for sample in case.samples if sample.variant != "c"]
    case = msgspec.structs.replace(case, variants=[*case.variants[:2], failed], samples=samples)
    assert due_look(case, 12, 0.02).enough


def test_a_launch_that_a_kill_has_cut_is_no_whole_one():
    case = case_with(4)
    cut = [*case.launches[:3], msgspec.structs.replace(case.launches[3], phase=Phase.BROKEN)]
    case = msgspec.structs.replace(case, launches=cut)
    assert whole_launches(case) == {1, 2, 3}
    assert due_look(case, 12, 0.02) is None
