"""Curves drawn in characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.character_plot import Series, character_plot, mark
from harness.report.quantity import compact, seconds, whole

POSITIVE = st.floats(1e-12, 1e15)


def draw(*series, crossings=(), size=(60, 12)):
    return character_plot([Series(sign, points) for sign, points in series], list(crossings), (compact, seconds), size)


def test_a_straight_line_is_drawn_from_corner_to_corner():
    lines = draw(("o", [(1, 0.001), (10, 0.01), (100, 0.1)]))
    assert lines[0].endswith("o")
    assert lines[0].startswith("    100 ms |")
    assert lines[9].lstrip().startswith("1.00 ms |o")
    assert lines[-1].split() == ["1", "10", "100"]
    assert "." in "".join(lines[1:9])


def test_points_in_one_place_are_marked_as_several():
    assert "*" in "".join(draw(("o", [(1, 1.0), (10, 2.0)]), ("x", [(1, 1.0), (10, 8.0)])))


def test_a_crossing_is_an_upright_line_and_only_within_the_picture():
    points = ("o", [(1, 1.0), (100, 8.0)])
    assert sum(":" in line for line in draw(points, crossings=[10])) > 5
    assert not any(":" in line for line in draw(points, crossings=[1000]))


def test_what_never_changes_is_drawn_all_the_same():
    assert any("o" in line for line in draw(("o", [(1, 1.0), (10, 1.0)])))
    assert any("o" in line for line in draw(("o", [(5, 1.0)])))


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=9), st.integers(30, 120), st.integers(6, 30))
def test_any_points_fit_the_size(points, columns, rows):
    lines = draw(("o", sorted(points)), size=(columns, rows))
    assert len(lines) == rows
    assert max(map(len, lines)) <= columns


def test_labels_that_would_touch_are_left_out_but_never_the_ends():
    values = [(10.0**place, 1.0 + place) for place in range(12)]
    told = draw(("o", values), size=(40, 12))[-1].split()
    assert (told[0], told[-1]) == ("1", "100G")


def test_marks_never_run_out():
    assert [mark(place) for place in (0, 7, 8, 33, 34)] == ["o", "~", "a", "z", "a"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1, "1"),
        (100, "100"),
        (999.9, "1k"),
        (1_000, "1k"),
        (3_162, "3.16k"),
        (1e7, "10M"),
        (0.25, "0.25"),
        (1e15, "1e+15"),
    ],
)
def test_numbers_are_told_in_little_room(value, told):
    assert compact(float(value)) == told


@pytest.mark.parametrize(("value", "told"), [(11314.0, "11,314"), (0.1, "0.1"), (1e7, "10,000,000"), (1e300, "1e+300")])
def test_numbers_of_a_suite_are_told_in_full(value, told):
    assert whole(value) == told
