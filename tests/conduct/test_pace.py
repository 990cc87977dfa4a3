"""Time limits, predictions and calls a turn follow from what was seen."""

from __future__ import annotations

import pytest

from harness.conduct.clock import RunClock
from harness.conduct.pace import Pace, calls_per_turn, even_calls


def seen(**call_s):
    pace = Pace()
    for variant, each in call_s.items():
        for seconds in each:
            pace = pace.called(variant, seconds)
    return pace


def test_until_a_variant_has_finished_a_call_it_has_the_rest_of_the_budget_but_ten_minutes_at_least():
    pace = seen(other=[1.0])
    assert pace.turn_limit_s(1, left_s=2000.0, stated_s=None, variant="new") == 2000.0
    assert pace.turn_limit_s(1, left_s=5.0, stated_s=None, variant="new") == 600.0


def test_then_ten_times_the_slowest_call_of_the_case_but_a_minute_at_least():
    pace = seen(fast=[0.01], slow=[1.0, 20.0, 2.0])
    assert pace.turn_limit_s(1, 100.0, None, "fast") == 200.0
    assert pace.turn_limit_s(3, 100.0, None, "fast") == 600.0
    assert seen(fast=[0.01]).turn_limit_s(1, 100.0, None, "fast") == 60.0


def test_a_stated_limit_is_for_a_call():
    assert seen(a=[50.0]).turn_limit_s(4, 100.0, 2.5, "a") == 10.0


def test_a_block_takes_the_calls_of_each_variant():
    pace = seen(a=[1.0, 3.0, 2.0], b=[0.5])
    assert pace.block_s(["a", "b", "unseen"], {"b": 10}) == 7.0


def test_the_pace_of_starts_is_their_median():
    assert Pace().typical_start_s() == 0.0
    assert Pace().started(1.0).started(9.0).started(2.0).typical_start_s() == 2.0


def test_a_pace_is_a_value():
    pace = seen(a=[1.0])
    pace.called("a", 2.0)
    assert pace == seen(a=[1.0])


@pytest.mark.parametrize(
    ("call_s", "most_calls", "calls"),
    [
        (1.0, None, 1),
        (0.010, None, 1),
        (0.009, None, 2),
        (1e-5, None, 1000),
        (0.0, None, 10_000_000),
        (1e-5, 400, 100),
        (1e-5, 3, 1),
        (0.004, 400, 3),
    ],
)
def test_a_turn_lasts_ten_milliseconds_within_what_a_test_allows(call_s, most_calls, calls):
    assert calls_per_turn(call_s, most_calls) == calls


def test_a_resumed_run_goes_on_where_its_time_stopped():
    now = [100.0]
    clock = RunClock(60.0, before_s=20.0, monotonic=lambda: now[0])
    now[0] = 105.0
    assert (clock.now_s(), clock.left_s()) == (25.0, 35.0)


def test_the_same_test_in_several_environments_has_turns_of_as_many_calls():
    assert even_calls({"old": 2, "new": 4, "mix": 1}, [None, None], 0.01) == {"old": 4, "new": 4, "mix": 4}
    assert even_calls({"old": 1, "new": 40}, [None], 0.012) == {"old": 40, "new": 40}
    assert even_calls({"old": 2, "new": 4}, [12, None], 0.01) == {"old": 3, "new": 3}
    assert even_calls({}, [], 0.0) == {}


def test_environments_that_differ_a_hundredfold_keep_turns_of_their_own():
    assert even_calls({"old": 400, "new": 1}, [None], 0.02) == {"old": 400, "new": 1}
