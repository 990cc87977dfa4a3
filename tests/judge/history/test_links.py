import math
import statistics

import numpy as np
import pytest
from scipy import stats

from harness.judge.history.figures import figures_of
from harness.judge.history.links import UNKNOWN, chains_of, links_of, with_chains
from harness.record.history import Link
from harness.record.schema import Interval
from harness.record.series import Point
from tests.judge.history.making import make_result, make_run, make_series, of_points


def moved(anchors_of, logs, links):
    """Points whose night has these anchors, with what each found of the second over the first."""
    points = []
    for night, (anchors, log) in enumerate(zip(anchors_of, logs, strict=True)):
        beside = [make_result(math.exp(links[night]), anchor=anchors[0], of=anchors[1])] if len(anchors) > 1 else []
        points.append(
            Point(
                run=make_run(night, anchors=anchors),
                result=make_result(math.exp(log), anchor=anchors[0]),
                links=beside,
            )
        )
    return of_points(points)


def linked_series(seed=1, link=0.1, linking=6):
    """Level 0.1 over the first anchor throughout; from night 40 on the second anchor is the first + 0.1."""
    chance = np.random.default_rng(seed)
    anchors = [[1]] * 40 + [[1, 2]] * linking + [[2]] * 40
    truth = [0.1 if each[0] == 1 else 0.1 - link for each in anchors]
    logs = np.array(truth) + chance.normal(0, 0.004, len(anchors))
    return moved(anchors, logs, {night: link + chance.normal(0, 0.004) for night in range(40, 40 + linking)})


def test_a_link_is_the_mean_over_nights_with_student_s_t():
    series = linked_series()
    (link,) = links_of(series)
    nights = [math.log(point.links[0].ratio) for point in series.points if point.links]
    mean, error = statistics.fmean(nights), statistics.stdev(nights) / math.sqrt(len(nights))
    assert (link.before, link.anchor, link.nights) == (1, 2, 6)
    assert math.log(link.ratio) == pytest.approx(mean, abs=1e-12)
    half = stats.t.ppf(0.975, 5) * error
    # The variance is that of normal values of which those beyond three deviations were left out.
    assert math.log(link.interval.high / link.interval.low) / 2 == pytest.approx(half / math.sqrt(0.97334))


def test_values_after_a_move_stand_on_the_first_anchor():
    series = linked_series()
    links, chains = with_chains(series)
    figures = figures_of(series, chains)
    assert np.mean(figures.values[:40]) == pytest.approx(0.1, abs=0.003)
    assert np.mean(figures.values[-40:]) == pytest.approx(0.1, abs=0.006)
    assert np.all(figures.link[:46] == 0)
    reach = math.log(links[0].interval.high / links[0].interval.low) / 2
    assert figures.link[-1] == pytest.approx((reach / 1.959964) ** 2)


def test_a_night_that_stands_out_doesn_t_move_a_link():
    series = linked_series()
    points = list(series.points)
    points[41] = Point(run=points[41].run, result=points[41].result, links=[make_result(1.5, anchor=1, of=2)])
    (link,) = links_of(of_points(points))
    assert math.log(link.ratio) == pytest.approx(0.1, abs=0.008)


def make_link(before, anchor, log, half):
    interval = Interval(low=math.exp(log - half), high=math.exp(log + half), confidence=0.95)
    return Link(anchor=anchor, before=before, nights=6, ratio=math.exp(log), interval=interval)


def test_variances_of_the_links_on_the_way_add_up():
    chains = chains_of([make_link(1, 2, 0.1, 0.01), make_link(2, 3, 0.2, 0.02)], [1, 2, 3])
    assert chains[3].shift == pytest.approx(0.3)
    assert chains[3].variance == pytest.approx((0.01**2 + 0.02**2) / 1.959964**2)


def test_a_direct_link_is_taken_before_a_way_round():
    links = [make_link(1, 2, 0.1, 0.01), make_link(2, 3, 0.2, 0.02), make_link(1, 3, 0.31, 0.01)]
    assert chains_of(links, [1, 2, 3])[3].shift == pytest.approx(0.31)


def test_a_series_that_begins_with_a_later_anchor_stands_on_that_one():
    chains = chains_of([make_link(2, 3, 0.2, 0.02)], [2, 3])
    assert (chains[2].shift, chains[2].variance) == (0.0, 0.0)
    assert chains[3].shift == pytest.approx(0.2)


def test_what_nothing_links_is_known_to_be_unknown():
    assert chains_of([], [1, 2])[2].variance == UNKNOWN


def test_a_link_that_this_processor_hasn_t_is_another_one_s():
    here = make_series([0.0] * 5, cpu="here")
    assert links_of(here) == []
    (link,) = links_of(here, [linked_series()])
    assert (link.before, link.anchor) == (1, 2)


def test_the_carried_error_holds_the_truth_in_95_of_100():
    held = 0
    for seed in range(200):
        (link,) = links_of(linked_series(seed))
        held += link.interval.low <= math.exp(0.1) <= link.interval.high
    assert 0.9 <= held / 200 <= 0.99
