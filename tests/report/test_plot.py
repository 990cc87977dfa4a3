import xml.etree.ElementTree as ET

import pytest
from builders import Way, grid_search, make_case, make_record

from harness.failure import HarnessError
from harness.record.schema import Verdict
from harness.report.plot import plot

from . import making
from .test_sides import sides


def text_in(path):
    return " ".join("".join(node.itertext()) for node in ET.parse(path).iter("{http://www.w3.org/2000/svg}text"))


def test_a_run_is_drawn_as_png_or_svg(tmp_path):
    assert plot(make_record(), tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
    text = text_in(plot(make_record(), tmp_path / "run.svg"))
    assert "prefix-cached" in text
    assert "time over that of naive (ratio, log scale; left is faster)" in text
    assert "limit of the machine" in text
    assert "another answer" in text


def test_a_picture_depends_on_the_record_alone(tmp_path):
    first, second = (plot(make_record(), tmp_path / name).read_bytes() for name in ("a.svg", "b.svg"))
    assert first == second


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("make", [making.one_launch, making.not_measured, making.other_answer, making.long_names])
def test_cases_of_all_kinds_are_drawn(tmp_path, make):
    assert plot(make_record(make(), grid_search()), tmp_path / "x.svg").exists()


def test_what_has_no_answer_or_was_not_measured_is_said_in_its_place(tmp_path):
    text = text_in(plot(make_record(grid_search(), making.not_measured(), making.other_answer()), tmp_path / "x.svg"))
    assert "no answer" in text


def test_a_name_with_dollars_is_no_formula(tmp_path):
    made = make_case("x", [Way("$naive$", 1.0), Way("$\\frac{1$", 0.5, Verdict.FASTER)])
    assert "$naive$" in text_in(plot(make_record(made), tmp_path / "x.svg"))


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(HarnessError, match=r"\.png, \.svg"):
        plot(make_record(), tmp_path / "x.jpeg")


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(HarnessError, match="cannot be written"):
        plot(make_record(), tmp_path / "no" / "x.png")


def test_a_record_without_ratios_is_said(tmp_path):
    with pytest.raises(HarnessError, match="no ratio"):
        plot(make_record(make_case("x", [Way("naive", 1.0)])), tmp_path / "x.png")


def test_an_axis_of_small_ratios_has_enough_ticks_to_be_read(tmp_path):
    close = make_case("close", [Way("naive", 1.0), Way("alike", 0.99, Verdict.EQUIVALENT, spread=0.005)])
    text = text_in(plot(make_record(close), tmp_path / "x.svg"))
    assert {"0.8", "0.9", "1", "1.2", "0.990"} <= set(text.split())


def test_the_legend_has_no_mark_that_the_picture_has_not(tmp_path):
    text = text_in(plot(sides(), tmp_path / "x.svg"))
    assert "same answer" in text
    assert "limit of the machine" not in text
    assert "baseline" not in text
