"""Which anchors a night measures."""

from __future__ import annotations

import msgspec
from builders import make_record
from hypothesis import given
from hypothesis import strategies as st

from harness.nightly.choice import LINKING_NIGHTS, anchors_tonight
from harness.record.results import run_of

RUN = msgspec.structs.replace(run_of(make_record()), cpu_model="model A", scale="quick", verdicts={"equivalent": 3})


def a_run(date, *anchors, model="model A", **fields):
    return msgspec.structs.replace(RUN, night=date, anchors=list(anchors), cpu_model=model, **fields)


def chosen(anchors, nights, date="2026-11-22", model="model A", scale="quick"):
    return anchors_tonight(anchors, nights, date, cpu_model=model, scale=scale)


def linked(count=LINKING_NIGHTS, month=11):
    return [a_run(f"2026-{month}-{day:02}", 1, 2) for day in range(1, count + 1)]


def test_without_an_anchor_there_is_nothing_to_choose():
    assert chosen([], []) == []


def test_the_only_anchor_is_measured_every_night():
    assert chosen([1], []) == chosen([1], [a_run("2026-11-21", 1)]) == [1]


def test_after_a_move_both_anchors_are_measured_on_five_nights_and_then_the_new_one():
    before = [a_run(f"2026-10-{day:02}", 1) for day in range(1, 20)]
    for count in range(LINKING_NIGHTS):
        assert chosen([1, 2], [*before, *linked(count)]) == [1, 2]
    assert chosen([1, 2], [*before, *linked()]) == [2]


def test_a_night_that_measured_nothing_links_nothing():
    nights = [
        *linked(4),
        a_run("2026-11-05", 1, 2, verdicts={"not measured": 3}),
        a_run("2026-11-06", 1, 2, verdicts={}),
    ]
    assert chosen([1, 2], nights) == [1, 2]


def test_a_night_that_is_measured_again_has_the_same_anchors():
    nights = linked()
    assert chosen([1, 2], nights, "2026-11-05") == chosen([1, 2], nights[:-1], "2026-11-05") == [1, 2]


def test_two_runs_of_one_day_are_one_night():
    assert chosen([1, 2], [a_run("2026-11-01", 1, 2) for _ in range(9)]) == [1, 2]


def test_the_first_night_of_a_month_has_the_first_anchor_too():
    nights = [*linked(), a_run("2026-11-20", 2)]
    assert chosen([1, 2], nights, "2026-11-21") == [2]
    assert chosen([1, 2], nights, "2026-12-01") == [1, 2]
    assert chosen([1, 2], nights, "2026-12-03") == [1, 2], "the first night that there is, whichever day"
    assert chosen([1, 2], [*nights, a_run("2026-12-01", 1, 2)], "2026-12-02") == [2]


def test_two_moves_within_five_nights_link_both():
    assert chosen([1, 2, 3], linked(2)) == [1, 2, 3]
    nights = [*linked(2), *(a_run(f"2026-11-{day}", 1, 2, 3) for day in (11, 12, 13))]
    assert chosen([1, 2, 3], nights) == [2, 3]
    assert chosen([1, 2, 3], [*nights, a_run("2026-11-14", 2, 3), a_run("2026-11-15", 2, 3)]) == [3]


def test_a_model_of_processor_that_has_a_line_needs_its_own_links():
    old = [a_run("2026-10-01", 1, model="model B")]
    assert chosen([1, 2], [*linked(), *old], model="model B") == [1, 2]


def test_a_model_without_a_line_needs_no_link_but_the_monthly_look():
    nights = [*linked(), a_run("2026-11-20", 1, 2, model="model B")]
    assert chosen([1, 2], nights, model="model B") == [2]


def test_another_scale_is_another_line():
    nights = [*linked(), a_run("2026-10-02", 1, scale="full")]
    assert chosen([1, 2], nights, scale="full") == [1, 2]


RUNS = st.builds(
    lambda day, month, anchors, model: a_run(f"2026-{month:02}-{day:02}", *sorted(anchors), model=model),
    st.integers(1, 28), st.integers(10, 12), st.sets(st.integers(1, 4), min_size=1),
    st.sampled_from(["model A", "model B"]),
)  # fmt: skip


@given(st.integers(1, 4), st.lists(RUNS, max_size=30))
def test_whatever_was_measured_before_the_newest_anchor_is_among_them_and_the_order_does_not_matter(count, nights):
    anchors = list(range(1, count + 1))
    tonight = chosen(anchors, nights)
    assert tonight[-1] == count
    assert tonight == sorted(set(tonight)) == chosen(anchors, list(reversed(nights)))
    assert set(tonight) <= set(anchors)
