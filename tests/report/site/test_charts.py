"""What plots are drawn from."""

from __future__ import annotations

import msgspec
import pytest
from builders import make_record
from hypothesis import given
from hypothesis import strategies as st

from harness.record.history import History
from harness.record.results import Measure, results_of, run_of
from harness.record.series import Point, Series, SeriesKey
from harness.report.site import Content
from harness.report.site.charts import Marks, _short, charts_of, of_year, points, years_of
from harness.report.site.overview import SPARK_POINTS, _spark

RECORD = make_record()


def point(number, began="2026-03-01T03:00:00+00:00", software="old", night=None):
    run = msgspec.structs.replace(
        run_of(RECORD), id=f"run-{number}", began=began, software_digest=software, night=night
    )
    return Point(run, results_of(RECORD)[0])


def history_of(of_points, variant="variant", values=None, levels=None):
    key = SeriesKey(case="c", variant=variant, measure=Measure.ANCHOR, against="", scale="s", cpu_model="m")
    values = [1.0] * len(of_points) if values is None else values
    return History(
        series=Series(key=key, points=of_points), values=values, lows=values, highs=values,
        levels=[None] * len(values) if levels is None else levels,
    )  # fmt: skip


def content_of(*histories):
    versions = {"old": {"numpy": "1"}, "new": {"numpy": "2", "dask": "1"}}
    return Content(
        title="", runs={}, judged=lambda: histories, versions=versions, record=lambda _: RECORD, today="2026-03-09"
    )


def test_a_night_says_what_was_installed_anew_though_a_variant_begins_on_it():
    nights = [point(number, software="old" if number < 5 else "new") for number in range(10)]
    histories = [history_of(nights[5:], "added with its library"), history_of(nights, "old one")]
    charts = charts_of(histories)
    places = [[range(len(history.series.points))] for history in histories]
    drawn = points(content_of(*histories), charts, places, Marks())["runs"]
    told = {run: drawn["notes"][note] for run, note in zip(drawn["id"], drawn["note"], strict=True)}
    assert {run: note for run, note in told.items() if note} == {"run-5": "numpy 1 → 2, dask 1 added"}


def test_a_night_lies_in_the_year_in_which_it_began():
    nights = [
        point(0, "2025-12-30T23:00:00+00:00", night="2025-12-30"),
        point(1, "2026-01-01T00:05:00+00:00", night="2025-12-31"),
        point(2, "2026-01-02T00:05:00+00:00", night="2026-01-01"),
    ]
    charts = charts_of([history_of(nights)])
    assert years_of(charts) == ["2025", "2026"]
    assert [of_year(charts, year) for year in ("2025", "2026", "2027")] == [
        [[range(1)]], [[range(1, 3)]], [[range(0)]],
    ]  # fmt: skip


@given(st.lists(st.none() | st.floats(1e-12, 99_999.0) | st.just(0.0), max_size=9))
def test_figures_are_drawn_with_five_digits(values):
    assert _short(values) == pytest.approx([None if value is None else float(f"{value:.5g}") for value in values])


def test_a_shortened_figure_is_short_in_a_page_too():
    assert (
        str(_short([0.7300000000000001, 1.23456, 0.00012345678, None, 0.0])) == "[0.73, 1.2346, 0.00012346, None, 0.0]"
    )


@pytest.mark.parametrize(
    "values",
    [
        [None] * 297 + [1.0, 1.1, 1.2],
        [None if number % 5 == 0 or number == 299 else 1.0 for number in range(300)],
        [None if number % 7 == 0 else 1.0 for number in range(400)],
        [1.0] * 300,
    ],
)
def test_a_small_line_has_its_ends_and_points_between_whatever_wasnt_measured(values):
    known = [place for place, value in enumerate(values) if value is not None]
    drawn = [round(x * (len(values) - 1)) for x, _ in _spark(history_of([point(0)], values=values))]
    assert (drawn[0], drawn[-1]) == (known[0], known[-1])
    assert min(len(known), SPARK_POINTS // 2) <= len(drawn) <= SPARK_POINTS + 1


def test_of_nothing_and_of_one_night_there_is_no_small_line():
    assert _spark(history_of([], values=[])) == []
    assert _spark(history_of([point(0)], values=[1.0])) == []
    assert _spark(history_of([point(0)], values=[None, None])) == []
