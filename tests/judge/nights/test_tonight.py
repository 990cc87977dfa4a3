"""What is other tonight, since when, and since which night that was fine."""

from __future__ import annotations

import msgspec
import pytest

from harness.judge.nights import What, changes_tonight
from harness.judge.run import judge_run
from harness.record.history import History, Step
from harness.record.results import results_of, run_of
from harness.record.schema import Answer, Failure, FailureKind, Interval
from harness.record.series import series_of

from .making import a_night, series_of_nights


def changes(records, steps=()):
    series = series_of_nights(records)
    history = History(series=series, values=[], lows=[], highs=[], levels=[], steps=list(steps))
    return changes_tonight(records[-1], [history])


def nights(*ratios, **fields):
    return [a_night(day, ratio, **fields) for day, ratio in enumerate(ratios, start=1)]


def answers(*values):
    return [[Answer(launches=[0], digest=str(value), value=value)] for value in values]


def test_where_nothing_is_other_nothing_is_told():
    assert changes(nights(1.0, 1.0, 1.0)) == []


def test_a_test_that_is_slower_tonight_was_fine_last_night():
    records = nights(1.0, 1.0, 1.3)
    (change,) = changes(records)
    assert (change.case, change.variant, change.what) == ("sums", "loop", What.SLOWER)
    assert (change.new, change.since, change.fine) == (True, "2026-11-03", records[1].id)
    assert change.ratio == pytest.approx(1.3, rel=0.05)
    assert change.interval.low < change.ratio < change.interval.high


def test_a_test_that_has_been_slower_for_three_nights_is_told_since_the_first_of_them():
    records = nights(1.0, 1.0, 1.3, 1.3, 1.3)
    (change,) = changes(records)
    assert (change.new, change.since, change.fine) == (False, "2026-11-03", records[1].id)


def test_a_test_that_was_always_slower_has_no_night_that_was_fine():
    (change,) = changes(nights(1.3, 1.3))
    assert (change.new, change.since, change.fine) == (False, "2026-11-01", None)


def test_what_was_slower_is_told_again_on_a_night_that_cannot_tell():
    records = [*nights(1.0, 1.3), a_night(3, 1.3, sd=1.0), a_night(4, 1.3, sd=1.0)]
    (change,) = changes(records)
    assert (change.what, change.undecided, change.new) == (What.SLOWER, True, False)
    assert (change.since, change.fine) == ("2026-11-02", records[0].id)
    assert change.ratio == pytest.approx(1.3, rel=0.05)


@pytest.mark.parametrize("tonight", [a_night(3, 1.0), a_night(3, 1.0, sd=0.06)])
def test_what_was_slower_is_mended_by_a_night_that_says_otherwise(tonight):
    """Also by one that is undecided, if it lies clear below."""
    assert changes([*nights(1.0, 1.5), tonight]) == []


def test_a_test_that_is_gone_is_told_since_when():
    def without_it(day):
        gone = a_night(day)
        other = msgspec.structs.replace(gone.cases[0], id="more: loop", of="more")
        return msgspec.structs.replace(
            gone,
            cases=[other],
            judgements=judge_run([other], 0.02, lambda _name: None),
            missing=["sums, loop: there is no such test in base:HEAD", "new: there is no such test in base:v1"],
        )

    before, first, second = a_night(1), without_it(2), without_it(3)
    records = [before, first, second]
    histories = [
        History(series=series, values=[], lows=[], highs=[], levels=[])
        for series in series_of(
            {each.id: run_of(each) for each in records}, [row for each in records for row in results_of(each)]
        )
    ]
    (change,) = changes_tonight(first, histories)
    assert (change.what, change.case, change.variant, change.new) == (What.GONE, "sums", "loop", True)
    assert change.fine == before.id
    (change,) = changes_tonight(second, histories)
    assert (change.new, change.since) == (False, "2026-11-02")


def test_nights_that_cannot_tell_are_passed_by():
    """The night before was so noisy that its interval holds tonight's ratio: it may have been slower, too."""
    records = [a_night(1), a_night(2, 1.1, sd=0.4), a_night(3, 1.3)]
    (change,) = changes(records)
    assert (change.since, change.fine) == ("2026-11-02", records[0].id)


def test_a_faster_test_is_told_too():
    (change,) = changes(nights(1.0, 0.5))
    assert (change.what, change.fine is not None) == (What.FASTER, True)


def test_on_the_first_night_only_the_anchor_was_fine():
    (change,) = changes(nights(1.5))
    assert (change.new, change.since, change.fine) == (True, "2026-11-01", None)


def test_a_step_below_the_margin_of_the_anchor_is_told_against_the_nights_before():
    records = nights(0.95, 0.95, 1.0, margin=0.1)
    step = Step(at=2, change=1.15, interval=Interval(low=1.1, high=1.2, confidence=0.95), p_value=1e-5, open=True)
    (change,) = changes(records, [step])
    assert (change.what, change.step, change.since, change.fine) == (What.SLOWER, True, "2026-11-03", records[1].id)


@pytest.mark.parametrize(("change", "low", "high"), [(1.15, 0.9, 1.4), (1.05, 1.02, 1.08)])
def test_a_step_within_the_margin_or_that_may_be_none_is_not_told(change, low, high):
    step = Step(at=2, change=change, interval=Interval(low=low, high=high, confidence=0.95), p_value=0.1, open=True)
    assert changes(nights(1.0, 1.0, 1.0, margin=0.1), [step]) == []


def test_a_step_of_last_month_is_old_news():
    step = Step(at=1, change=1.15, interval=Interval(low=1.1, high=1.2, confidence=0.95), p_value=1e-5)
    assert changes(nights(0.95, 1.0, 1.0, margin=0.1), [step]) == []


def test_a_history_s_step_says_since_when_where_a_night_alone_cannot():
    records = [a_night(1), a_night(2, 1.1, sd=0.4), a_night(3, 1.3)]
    step = Step(at=2, change=1.3, interval=Interval(low=1.2, high=1.4, confidence=0.95), p_value=1e-5)
    (change,) = changes(records, [step])
    assert (change.since, change.fine) == ("2026-11-03", records[1].id)


def test_a_step_before_a_night_that_was_fine_is_an_older_one():
    records = nights(0.9, 1.0, 1.0, 1.3)
    step = Step(at=1, change=1.1, interval=Interval(low=1.05, high=1.15, confidence=0.95), p_value=1e-5)
    (change,) = changes(records, [step])
    assert (change.since, change.fine) == ("2026-11-04", records[2].id)


def test_another_answer_is_told_before_any_time():
    records = [a_night(1, answers=answers(1, 1)), a_night(2, 1.5, answers=answers(1, 2))]
    first, second = changes(records)
    assert (first.what, first.detail, first.fine) == (What.ANSWER, "answer: 2 against 1, 1 apart", records[0].id)
    assert second.what is What.SLOWER


def test_an_answer_that_is_another_one_again_is_new():
    records = [a_night(1, answers=answers(1, 1)), a_night(2, answers=answers(1, 2)), a_night(3, answers=answers(1, 3))]
    history = History(series=series_of_nights(records), values=[], lows=[], highs=[], levels=[])
    (change,) = changes_tonight(records[2], [history], records[1])
    assert (change.new, change.fine) == (True, records[1].id)
    same = [*records[:2], a_night(3, answers=answers(1, 2 + 1e-9))]
    history = History(series=series_of_nights(same), values=[], lows=[], highs=[], levels=[])
    (change,) = changes_tonight(same[2], [history], same[1])
    assert (change.new, change.since) == (False, "2026-11-02")


def test_other_work_is_told_and_since_when():
    counts = [(9, 9), (9, 21), (9, 21)]
    records = [a_night(day, counts=each) for day, each in enumerate(counts, start=1)]
    (change,) = changes(records)
    assert (change.what, change.detail) == (What.COUNTERS, "fits 9 -> 21")
    assert (change.new, change.since, change.fine) == (False, "2026-11-02", records[0].id)


def test_a_test_that_fails_today_is_told_with_its_reason():
    failed = [Failure(launch=0, kind=FailureKind.RAISED, text="ImportError: no module named old")]
    record = a_night(2, fields={"failures": failed})
    case = record.cases[0]
    case = msgspec.structs.replace(case, samples=[each for each in case.samples if each.variant != "base:HEAD"])
    record = msgspec.structs.replace(record, cases=[case], judgements=judge_run([case], 0.02, lambda _name: None))
    (change,) = changes([a_night(1), record])
    assert change.what is What.FAILS
    assert "ImportError" in change.detail
    assert change.new


def test_after_a_move_nights_against_the_old_anchor_tell_by_the_link():
    """Today was as fast as the new anchor on the nights that linked it, and is slower than it tonight."""
    linking = [a_night(day, 1.0, anchors=(1, 2), link=0.7) for day in (1, 2)]
    records = [*linking, a_night(3, 1.4, anchors=(2,))]
    (change,) = changes(records)
    assert (change.what, change.fine) == (What.SLOWER, linking[1].id)


def test_the_night_is_found_though_a_clock_has_jumped():
    records = [a_night(1), a_night(2, 1.3), a_night(28)]
    series = series_of_nights(records)
    history = History(series=series, values=[], lows=[], highs=[], levels=[])
    (change,) = changes_tonight(records[1], [history])
    assert change.fine == records[0].id
