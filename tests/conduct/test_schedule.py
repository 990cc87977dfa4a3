"""The order of launches is a plain decision over where the cases stand."""

from __future__ import annotations

import msgspec

from harness.conduct.schedule import FEWEST_LAUNCHES, MOST_LAUNCHES, Standing, fair_share_s, next_case


def standing(case, launches=0, cost_s=None, optional=False, enough=False, over=False):
    return Standing(case=case, optional=optional, launches=launches, cost_s=cost_s, enough=enough, over=over)


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
