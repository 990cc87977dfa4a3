import math

from hypothesis import given
from hypothesis import strategies as st

from harness.report.sparkline import HEIGHTS, sparkline

some = st.lists(st.none() | st.floats(1e-6, 1e6), max_size=60)


@given(some, st.integers(1, 30))
def test_a_line_is_as_long_as_there_is_to_show_and_has_blanks_where_nothing_was_measured(values, width):
    drawn = sparkline(values, width)
    assert len(drawn) == min(width, len(values))
    assert set(drawn) <= {*HEIGHTS, " "}
    if len(values) <= width:
        assert [character == " " for character in drawn] == [value is None for value in values]


def test_a_step_is_seen():
    assert sparkline([1.0] * 5 + [1.2] * 5, 10) == "▁▁▁▁▁█████"


def test_what_hardly_moves_is_drawn_flat():
    assert len(set(sparkline([1.0, 1.001, 0.999], 3))) <= 2


def test_heights_go_by_the_logarithm():
    assert sparkline([1.0, math.sqrt(2.0), 2.0], 3) == "▁▅█"
