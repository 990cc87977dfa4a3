import pytest

from harness.judge.history.exact import SETTLED, UNSTABLE, exact_changes
from harness.record.results import Measure
from harness.record.series import Point
from tests.judge.history.making import make_result, make_run, of_points


def answering(answers, agreements=None, measure=Measure.BASELINE, counters=None):
    agreements = agreements or ["differ"] * len(answers)
    counters = counters or [{}] * len(answers)
    points = [
        Point(
            run=make_run(night),
            result=make_result(1.0, measure=measure, answers=list(answer or ""), agreement=agreement, counters=counted),
        )
        for night, (answer, agreement, counted) in enumerate(zip(answers, agreements, counters, strict=True))
    ]
    return [
        (change.at, change.what, change.before, change.after)
        for change in exact_changes(of_points(points, measure=measure))
    ]


def test_one_night_is_enough():
    assert answering("aaab") == [(3, "answer", "a", "b")]


def test_a_night_without_an_answer_says_nothing():
    assert answering(["a", None, "a", None, "b"]) == [(4, "answer", "a", "b")]


def test_back_to_what_it_was_is_a_change_too():
    assert answering("aabba") == [(2, "answer", "a", "b"), (4, "answer", "b", "a")]


def test_what_goes_to_and_fro_is_told_once_as_unstable():
    assert answering("abababababab") == [(1, "answer", "a", "b"), (2, "answer", "b", "a"), (3, "answer", "a", UNSTABLE)]


def test_something_new_is_told_even_after_going_to_and_fro():
    assert answering("ababababc")[-1] == (8, "answer", "b", "c")


def test_after_it_has_settled_it_is_told_anew():
    settled = "ab" * 4 + "a" * (SETTLED + 1)
    assert len(answering(settled + "b")) == len(answering(settled)) + 1


def test_several_answers_in_one_night_are_unstable():
    assert answering(["a", "a", "ab", "ab", "a"])[0] == (2, "answer", "a", UNSTABLE)


def test_other_last_digits_within_the_tolerance_of_one_anchor_are_no_change():
    agree = ["agree"] * 3
    assert answering("abc", agree, Measure.ANCHOR) == []
    assert answering("abc", ["agree", "agree", "differ"], Measure.ANCHOR) == [(2, "answer", "a", "c")]


def test_a_counter_is_compared_by_its_name():
    counters = [{"fits": 61, "reads": 1}, {"fits": 61, "reads": 1}, {"fits": 11}, {"fits": 11, "reads": 2}]
    assert answering("aaaa", counters=counters) == [(2, "counter fits", "61", "11"), (3, "counter reads", "1", "2")]


@pytest.mark.parametrize("answers", [[], ["a"], [None, None]])
def test_the_shortest_series_have_no_changes(answers):
    assert answering(answers) == []
