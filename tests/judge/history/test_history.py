import math

import msgspec
import numpy as np
import pytest

from harness.judge.history import histories_of, history_of, told_each_night
from harness.judge.history.columns import MOST_A_NIGHT
from harness.judge.history.figures import figures_of
from harness.judge.history.links import with_chains
from harness.record.results import Measure
from harness.record.series import Point, Series
from tests.judge.history.making import make_result, make_run, make_series, noise, of_points
from tests.judge.history.test_links import linked_series


def stepped(seed=1, at=40, size=80, step=0.08):
    values = noise(seed, size, 0.006)
    values[at:] += step
    return values


def test_a_history_says_of_each_point_what_it_is_and_where_the_level_changed():
    values = stepped()
    found = history_of(make_series(values))
    assert found.values == pytest.approx(np.exp(values))
    assert [step.at for step in found.steps] == [40]
    assert found.steps[0].interval.low <= math.exp(0.08) <= found.steps[0].interval.high
    assert found.levels[10] == pytest.approx(1.0, abs=0.01)
    assert found.levels[70] == pytest.approx(math.exp(0.08), abs=0.01)
    assert found.night_sd == pytest.approx(0.006, rel=0.3)
    assert all(low < value < high for low, value, high in zip(found.lows, found.values, found.highs, strict=True))
    assert 0.01 < found.smallest_in_7 < found.smallest_in_3 < 0.05


def test_points_that_were_not_measured_keep_their_place():
    values = list(stepped())
    values[35] = values[5] = None
    found = history_of(make_series(values))
    assert [found.values[place] for place in (5, 35)] == [None, None]
    assert [found.levels[place] for place in (5, 35)] == [None, None]
    assert [step.at for step in found.steps] == [40]


def test_a_night_that_stands_out_is_named_and_makes_no_step():
    values = noise(2, 60, 0.006)
    values[30] += 0.26
    found = history_of(make_series(values))
    assert found.spikes == [30]
    assert found.steps == []


def test_a_move_of_the_anchor_alone_is_no_step():
    for seed in range(10):
        found = history_of(linked_series(seed))
        assert found.steps == []
        assert found.values[-1] == pytest.approx(math.exp(0.1), abs=0.03)
        plain = (found.highs[0] - found.lows[0]) / found.values[0]
        assert (found.highs[-1] - found.lows[-1]) / found.values[-1] > plain


def test_a_case_alone_is_told_the_same_as_among_all_others():
    alone = make_series(stepped())
    others = [
        msgspec.structs.replace(
            make_series(stepped(seed=number, step=0.0)), key=msgspec.structs.replace(alone.key, case=f"z{number}")
        )
        for number in range(5)
    ]
    assert histories_of([alone, *others])[0] == histories_of([alone])[0]


def test_what_a_run_compares_together_shares_a_night_s_error():
    alone = make_series(noise(1, 3))
    points = [Point(run=make_run(night, compared=100), result=make_result(1.0)) for night in range(3)]
    many = of_points(points)
    errors = [figures_of(each, with_chains(each)[1]).errors[0] for each in (alone, many)]
    assert errors[0] == MOST_A_NIGHT
    assert errors[1] == pytest.approx(0.1 / 365 / 100)


def test_seconds_are_followed_where_there_is_nothing_else():
    points = [
        Point(run=make_run(night), result=make_result(None, measure=Measure.TIME, median_s=0.5 * math.exp(value)))
        for night, value in enumerate(stepped())
    ]
    found = history_of(of_points(points, measure=Measure.TIME))
    assert found.values[0] == pytest.approx(0.5, abs=0.02)
    assert [step.at for step in found.steps] == [40]
    assert found.lows[0] is None
    assert found.between_sd is None


def test_what_was_told_of_each_night_is_what_a_shorter_series_tells():
    series = make_series(stepped())
    ((at, seen),) = told_each_night(series)
    assert at == 40
    shorter = Series(key=series.key, points=series.points[: seen + 1])
    assert [step.open for step in history_of(shorter).steps] == [True]
    assert history_of(Series(key=series.key, points=series.points[:seen])).steps == []


@pytest.mark.parametrize("logs", [[], [0.1], [None], [None, 0.1, None], [0.1, 0.2], [0.1] * 5])
def test_the_shortest_series_have_a_history_too(logs):
    found = history_of(make_series(logs))
    assert found.steps == []
    assert [value is None for value in found.values] == [log is None for log in logs]


def test_figures_that_are_none_are_left_out():
    points = [Point(run=make_run(night), result=make_result(value)) for night, value in enumerate([1.0, math.inf, 1.0])]
    points.append(Point(run=make_run(3), result=make_result(1.0, spread=0.0)))
    points.append(Point(run=make_run(4), result=make_result(None)))
    assert history_of(of_points(points)).values == [1.0, None, 1.0, 1.0, None]
