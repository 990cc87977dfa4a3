"""The twin's part of a launch: enough to be a control, and no more than 15 % of the time."""

from __future__ import annotations

import msgspec
import pytest

from harness.conduct.control import FEWEST_LAUNCHES, MOST_SHARE, blocks_with_twin, original_of_twin
from harness.conduct.pace import Pace
from harness.judge import twin_share
from harness.record.schema import Failure, FailureKind, Launch, Phase, Sample, Variant

from .making import make_case

TWIN = "a (twin)"


def a_case(names, fresh=False):
    case = make_case(*names, fresh=fresh)
    twin = Variant(name=TWIN, nodeid=case.variants[0].nodeid, twin_of="a")
    return msgspec.structs.replace(case, variants=[*case.variants, twin])


def a_pace(call_s, start_s):
    return Pace(call_s={name: (each,) for name, each in call_s.items()}, start_s=(start_s,))


def with_launch(case, call_s, start_s, blocks, taken):
    """The case after one more launch, with a twin in so many of its blocks, and the warm-up block of held probes."""
    number = len(case.launches) + 1
    cold = 0 if case.fresh else 1
    samples = []
    for block in range(blocks + cold):
        names = [*call_s, TWIN] if taken and block < taken + cold else [*call_s]
        phase = Phase.WARM_UP if block < cold else Phase.MEASURED
        samples += [
            Sample(
                launch=number,
                block=block,
                variant=name,
                calls=1,
                wall_s=call_s.get(name, call_s["a"]),
                cpu_s=0.0,
                phase=phase,
            )
            for name in names
        ]
    launch = Launch(
        number=number,
        hash_seed=1,
        began="",
        start_s=start_s * (len(call_s) + bool(taken)),
        phase=Phase.MEASURED,
    )
    return msgspec.structs.replace(
        case, samples=[*case.samples, *samples], launches=[*case.launches, launch], conditions=[]
    )


def played(call_s, start_s, blocks, launches, fresh=False):
    """The blocks that the twin had in each launch, and the case in the end."""
    case, taken = a_case(call_s, fresh), []
    for _ in range(launches):
        taken.append(blocks_with_twin(case, a_pace(call_s, start_s), blocks))
        case = with_launch(case, call_s, start_s, blocks, taken[-1])
    return taken, case


@pytest.mark.parametrize("start_s", [0.0, 0.01, 1.0, 5.0])
@pytest.mark.parametrize("call_s", [{"a": 0.01, "b": 0.01}, {"a": 0.01, "b": 0.02, "c": 1.0}, {"a": 1.0, "b": 1.1}])
@pytest.mark.parametrize("blocks", [1, 7, 40])
def test_the_twin_takes_part_in_the_first_launches_and_then_keeps_to_its_share(call_s, start_s, blocks):
    taken, case = played(call_s, start_s, blocks, launches=60)
    assert min(taken[:FEWEST_LAUNCHES]) >= 1
    assert twin_share(case) <= MOST_SHARE
    assert sum(each > 0 for each in taken) > FEWEST_LAUNCHES
    assert len({each for each in taken if each}) == 1


@pytest.mark.parametrize("blocks", [10, 40])
def test_within_a_launch_its_turns_keep_to_the_share(blocks):
    (taken,), case = played({"a": 0.01, "b": 0.01}, 0.0, blocks, launches=1)
    assert 1 < taken < blocks
    assert MOST_SHARE / 2 < twin_share(case) <= MOST_SHARE


def test_a_twin_that_is_cheap_beside_the_others_takes_part_in_every_block():
    taken, case = played({"a": 0.01, "b": 0.1, "c": 0.1}, 0.01, 10, launches=20)
    assert taken == [10] * 20
    assert twin_share(case) < MOST_SHARE


def test_where_its_start_costs_more_it_is_left_out_of_as_many_launches_as_it_takes():
    taken, _ = played({"a": 0.01, "b": 0.01}, 1.0, 10, launches=60)
    assert all(taken[:3])
    assert not any(taken[3:8])
    assert 10 <= sum(each > 0 for each in taken) < 30


def test_fresh_processes_have_the_twin_in_their_only_block_or_not_at_all():
    taken, _ = played({"a": 1.0, "b": 1.0}, 0.5, 1, launches=40, fresh=True)
    assert taken[:3] == [1, 1, 1]
    assert set(taken) == {0, 1}


def test_where_one_variant_is_all_there_is_the_twin_takes_part_in_everything():
    taken, _ = played({"a": 0.01}, 1.0, 10, launches=10)
    assert taken == [10] * 10


def test_without_a_twin_or_its_original_nothing_is_planned_for_it():
    pace = a_pace({"a": 0.01, "b": 0.01}, 1.0)
    assert blocks_with_twin(make_case("a", "b"), pace, 10) == 0
    case = a_case(["a", "b", "c"])
    raised = [Failure(launch=1, kind=FailureKind.RAISED, text="ValueError")]
    assert blocks_with_twin(with_failures(case, raised), pace, 10) == 0


def test_before_anything_is_known_of_its_calls_it_takes_part():
    assert blocks_with_twin(a_case(["a", "b"]), Pace(), 10) == 10


def test_the_twin_is_of_the_cheapest_that_runs():
    pace = a_pace({"a": 0.03, "b": 0.01, "c": 0.02}, 1.0)
    assert original_of_twin(make_case("a", "b", "c"), ["a", "b", "c"], pace) == "b"
    assert original_of_twin(make_case("a", "b", "c"), ["a", "c"], pace) == "c"
    assert original_of_twin(make_case("a", "b", "c"), [], pace) is None


def test_a_twin_once_chosen_stays_even_if_another_has_become_cheaper_and_is_no_choice_itself():
    pace = a_pace({"a": 0.03, "b": 0.01, TWIN: 0.001}, 1.0)
    assert original_of_twin(a_case(["a", "b"]), ["a", "b", TWIN], pace) == "a"


def test_where_the_original_of_a_twin_was_lost_for_this_launch_no_second_one_is_chosen():
    pace = a_pace({"a": 0.03, "b": 0.01}, 1.0)
    case = a_case(["a", "b"])
    died = [Failure(launch=1, kind=FailureKind.DIED, text="SIGKILL")]
    assert original_of_twin(with_failures(case, died), ["b"], pace) is None
    assert original_of_twin(with_failures(case, 3 * died), ["b"], pace) == "b"


def with_failures(case, failures):
    """With these failures of the variant that has a twin."""
    variants = [msgspec.structs.replace(case.variants[0], failures=failures), *case.variants[1:]]
    return msgspec.structs.replace(case, variants=variants)
