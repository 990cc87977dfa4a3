"""The order of launches is a plain decision over where the cases stand."""

from __future__ import annotations

import msgspec
import pytest

from harness.conduct.schedule import (
    FEWEST_LAUNCHES,
    MOST_LAUNCHES,
    Standing,
    courses,
    fair_share_s,
    next_case,
    remaining_s,
)
from harness.judge import launches_wanted


def standing(case, launches=0, cost_s=None, optional=False, enough=False, over=False, spread=1e9, **more):
    plain = {"optional": optional, "launches": launches, "cost_s": cost_s, "enough": enough, "over": over}
    return Standing(case=case, spread=spread, **plain, **more)


def order(standings, budget_s, stated=None, costs_s=None, enough_after=None):
    """Play a run: the cases in the order in which they get launches of these costs."""
    costs_s = costs_s or {}
    state = {each.case: each for each in standings}
    chosen, left_s = [], budget_s
    while (case := next_case(list(state.values()), left_s, stated)) is not None:
        chosen.append(case)
        left_s -= costs_s.get(case, 1.0)
        launches = state[case].launches + 1
        enough = enough_after is not None and launches >= enough_after
        state[case] = msgspec.structs.replace(
            state[case], launches=launches, cost_s=costs_s.get(case, 1.0), enough=enough
        )
    return "".join(chosen)


def test_cases_take_turns_until_each_has_its_fewest_launches():
    assert order([standing("a"), standing("b")], 100.0, enough_after=1) == "ababab"


def test_those_not_known_well_enough_go_on():
    assert order([standing("a"), standing("b", launches=3, cost_s=1.0, enough=True)], 100.0, enough_after=5) == "aaaaa"


def test_stated_launches_are_done_and_no_more():
    assert order([standing("a"), standing("b")], 100.0, stated=2) == "abab"


def test_no_launch_begins_that_is_predicted_to_end_after_the_budget():
    assert order([standing("a"), standing("b")], 11.0, costs_s={"a": 4.0, "b": 1.0}) == "ababb"


def test_nothing_begins_once_the_budget_is_spent():
    for optional in (False, True):
        assert next_case([standing("a", optional=optional)], 0.0, None) is None


def test_a_case_that_never_is_enough_ends_at_the_most_launches():
    assert len(order([standing("a")], 1e6)) == MOST_LAUNCHES


def test_optional_cases_come_after_all_required_ones_one_at_a_time():
    standings = [standing("x", optional=True), standing("y", optional=True), standing("a")]
    assert order(standings, 100.0, enough_after=3) == "aaaxxxyyy"


def test_an_optional_case_begins_only_if_all_its_fewest_launches_fit():
    standings = [standing("a", launches=FEWEST_LAUNCHES, cost_s=2.0, enough=True), standing("x", optional=True)]
    assert next_case(standings, 3 * 2.0 - 0.1, None) is None
    assert next_case(standings, 3 * 2.0, None) == "x"


def test_a_cheaper_optional_case_is_taken_where_a_dear_one_does_not_fit():
    standings = [
        standing("a", launches=3, cost_s=1.0, enough=True),
        standing("x", optional=True, launches=1, cost_s=10.0),
        standing("y", optional=True, launches=1, cost_s=1.0),
    ]
    assert next_case(standings, 5.0, None) == "y"


def test_optional_cases_become_precise_last():
    standings = [
        standing("a", launches=3, enough=True, cost_s=1.0),
        standing("x", optional=True, launches=3, cost_s=1.0),
    ]
    assert next_case(standings, 5.0, None) == "x"
    assert next_case(standings, 5.0, 3) is None


def test_a_case_that_is_over_gets_nothing():
    assert next_case([standing("a", over=True), standing("x", optional=True, over=True)], 100.0, None) is None


def test_a_launch_takes_no_more_than_leaves_each_case_its_fewest():
    standings = [standing("a"), standing("b", launches=1), standing("x", optional=True), standing("y", over=True)]
    assert fair_share_s(standings, 10.0, None) == 2.0
    assert fair_share_s(standings, 10.0, 1) == 10.0


def test_a_case_that_has_its_fewest_launches_may_take_all_that_is_left():
    assert fair_share_s([standing("a", launches=3)], 10.0, None) == 10.0


def test_a_case_that_is_far_from_what_is_wanted_gets_more_and_both_go_on_side_by_side():
    played = order([standing("a", spread=3e3), standing("b", spread=1e3)], 40.0)
    assert (played.count("a"), played.count("b")) == (30, 10)
    assert played.startswith("ababab")
    assert played[6:23].count("b") == pytest.approx(4, abs=1)


def test_time_that_one_case_does_not_need_goes_to_the_other():
    known_soon, never = standing("a", 3, 1.0, spread=0.5), standing("b", 3, 1.0, spread=50.0)
    found = courses([known_soon, never], 50.0)
    assert found["a"].launches == launches_wanted(0.5, 3, found["a"].most)
    assert found["a"].launches + found["b"].launches == 56


def test_a_heavier_case_gets_more():
    played = order([standing("a", weight=4.0), standing("b")], 30.0)
    assert (played.count("a"), played.count("b")) == (20, 10)


def test_a_launch_below_the_fewest_may_be_cut_short_to_fit():
    short = standing("a", launches=1, cost_s=10.0, least_s=2.0)
    assert next_case([short], 3.0, None) == "a"
    assert next_case([short], 1.0, None) is None
    assert next_case([msgspec.structs.replace(short, launches=3)], 3.0, None) is None


def test_the_looks_lie_over_what_a_case_could_have_if_the_others_get_theirs():
    standings = [standing("a", 3, 1.0), standing("b", 3, 1.0, enough=True), standing("c", 3, 1.0, spread=0.1)]
    found = courses(standings, 21.0)
    assert (found["a"].launches, found["a"].most) == (24, 24)
    assert (found["b"].launches, found["c"].launches) == (3, 3)
    assert courses(standings, 1e6)["a"].most == MOST_LAUNCHES


def test_stated_launches_are_the_course():
    assert {each.launches for each in courses([standing("a", 1, 1.0), standing("b", 2, 1.0)], 50.0, 7).values()} == {7}


def test_nobody_knows_the_end_before_every_case_had_its_first_launch():
    assert remaining_s([standing("a"), standing("b", 1, 2.0)], 50.0, None) is None
    assert remaining_s([], 50.0, None) is None
    assert remaining_s([standing("x", optional=True)], 50.0, None) is None


def played_s(standings, budget_s, stated=None):
    """What a run of these costs takes, played launch by launch, in which each ends at the look where it should."""
    left_s, state = budget_s, {each.case: each for each in standings}
    while (case := next_case(list(state.values()), left_s, stated)) is not None:
        each = state[case]
        cost_s = each.cost_s or 2.0
        left_s -= cost_s
        launches = each.launches + 1
        most = 60 if stated is None else stated
        state[case] = msgspec.structs.replace(
            each, launches=launches, cost_s=cost_s, enough=launches >= launches_wanted(each.spread, 0, most)
        )
    return budget_s - left_s


@pytest.mark.parametrize("budget_s", [8.0, 30.0, 100.0, 1_000.0])
@pytest.mark.parametrize("stated", [None, 5])
def test_the_end_is_foreseen_within_a_fifth_also_where_cases_stop_early(budget_s, stated):
    standings = [
        standing("a", 1, 1.0, spread=2.0),
        standing("b", 1, 3.0, spread=0.5),
        standing("c", 1, 0.5, spread=6.0),
        standing("x", 0, None, optional=True),
        standing("y", 1, 2.0, optional=True, spread=1.0),
    ]
    foreseen_s = remaining_s(standings, budget_s, stated)
    assert foreseen_s <= budget_s
    assert foreseen_s == pytest.approx(played_s(standings, budget_s, stated), rel=0.2)
