"""Curves as pictures, and where pictures may be written."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from builders import make_record
from hypothesis import HealthCheck, given, settings
from matplotlib.figure import Figure
from strategies import any_of

from harness.failure import HarnessError
from harness.record.schema import Curve
from harness.report.curve_picture import draw_curve
from harness.report.curve_view import curve_views
from harness.report.plot import plot

from .curves import CROSSING, SIZES, crossing, judged, swept_cases, workers
from .test_plot import text_in


def test_a_curve_is_drawn_with_its_axes_its_variants_and_its_break_even(tmp_path):
    text = text_in(plot(crossing(limit=lambda n: 1e-7 * n), tmp_path / "x.svg"))
    for told in (
        "sort along rows",
        "rows (log scale)",
        "time of one call (log scale)",
        "time over that of loop (log scale)",
    ):
        assert told in text
    assert {"loop", "array", "break-even", "100", "1M"} <= set(text.split())
    assert "limit of the machine" in text


def test_the_legend_has_no_limit_where_none_is_known(tmp_path):
    assert "limit" not in text_in(plot(crossing(), tmp_path / "x.svg"))


def test_workers_are_drawn_with_their_speed_ups(tmp_path):
    text = text_in(plot(workers(), tmp_path / "x.svg"))
    assert "speed-up over one worker (log scale)" in text
    assert "linear speed-up" in text
    assert "grey" not in text


def test_more_workers_than_cores_are_drawn_on_grey(tmp_path):
    assert "grey: more than the 2 cores" in text_in(plot(workers(2), tmp_path / "x.svg"))


def test_another_answer_is_drawn_hollow_and_said_in_the_legend(tmp_path):
    record = crossing(answers=lambda name, value: 2 if name == "array" and value > 10_000 else 1)
    assert "another answer" in text_in(plot(record, tmp_path / "x.svg"))


def test_cases_beside_curves_keep_their_panels(tmp_path):
    one = crossing()
    both = msgspec.structs.replace(
        make_record(), cases=[*make_record().cases, *one.cases], curves=one.curves,
        judgements=[*make_record().judgements, *one.judgements],
    )  # fmt: skip
    text = text_in(plot(both, tmp_path / "x.svg"))
    assert "narrow (documents=857)" in text
    assert "sort along rows" in text
    assert "sort (rows" not in text


def test_points_are_told_apart_without_colour():
    """Each variant has a marker of its own, and with its neighbours a line of its own, in both halves."""
    laws = {name: (lambda n, place=place: 1e-6 * n * (place + 1)) for place, name in enumerate("abcdefg")}
    (view,) = curve_views(judged(swept_cases(laws, SIZES)))
    halves = Figure().subplots(1, 2)
    draw_curve(*halves, view, "a curve")
    for half, names in zip(halves, ["abcdefg", "bcdefg"], strict=True):
        # The curves themselves, without what marks an interval, a legend or a limit.
        drawn = [each for each in half.get_lines() if len(each.get_xdata()) == len(SIZES)]
        assert len({each.get_marker() for each in drawn}) == len(drawn) == len(names)
        dashes = [str(each._unscaled_dash_pattern) for each in drawn]
        assert all(one != other for one, other in pairwise(dashes))


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_an_earlier_picture_is_replaced(tmp_path, ending):
    path = tmp_path / f"x.{ending}"
    plot(crossing(), path)
    before = path.read_bytes()
    plot(workers(), path)
    assert path.read_bytes() != before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_file_that_is_no_picture_of_ours_stays_as_it_is(tmp_path, ending):
    path = tmp_path / f"x.{ending}"
    path.write_bytes(b"a year of work")
    with pytest.raises(HarnessError, match="no picture that the harness drew"):
        plot(crossing(), path)
    assert path.read_bytes() == b"a year of work"


def test_a_folder_of_that_name_is_said(tmp_path):
    (tmp_path / "x.png").mkdir()
    with pytest.raises(HarnessError, match="cannot be written"):
        plot(crossing(), tmp_path / "x.png")


def test_a_picture_whose_drawing_fails_leaves_the_earlier_one(tmp_path, monkeypatch):
    path = plot(crossing(), tmp_path / "x.png")
    before = path.read_bytes()
    monkeypatch.setattr("harness.whole_file.os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(HarnessError, match="No space left"):
        plot(workers(), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["x.png"]


def test_a_broken_curve_is_not_drawn_and_its_cases_are(tmp_path):
    text = text_in(plot(judged(swept_cases(CROSSING, [100])), tmp_path / "x.svg"))
    assert "sort (rows=100)" in text


@pytest.mark.filterwarnings("ignore:Glyph")
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_of(Curve))
def test_any_curve_that_the_schema_allows_can_be_drawn(tmp_path, curve):
    record = crossing()
    plot(msgspec.structs.replace(record, curves=[msgspec.structs.replace(curve, cases=["none"])]), tmp_path / "x.svg")
