import pytest

from harness.record.changes import changes_of, slower_without_a_step
from harness.record.history import ExactChange, History, Step
from harness.record.schema import Interval
from harness.record.series import Point
from tests.judge.history.making import make_result, make_run, of_points

VERSIONS = {"old": {"numpy": "2.3.0", "dask": "1"}, "new": {"numpy": "2.3.1", "scipy": "1.17"}}


def ratios_of(points):
    return [each.result.ratio for each in points]


def the_changes(points, steps=(), exact=()):
    nothing = [None] * len(points)
    history = History(
        series=of_points(points), values=ratios_of(points), lows=nothing, highs=nothing, levels=nothing,
        steps=list(steps), exact=list(exact),
    )  # fmt: skip
    return changes_of(history, lambda digest: VERSIONS.get(digest, {}))


def step(at):
    return Step(at=at, change=1.05, interval=Interval(low=1.04, high=1.06, confidence=0.95), p_value=1e-6)


def point(night, software="old", ratio=1.0, cpu="cpu", **more):
    return Point(run=make_run(night, software=software, cpu=cpu), result=make_result(ratio, **more))


def test_a_change_knows_commits_and_packages_between_its_two_nights():
    (change,) = the_changes([point(0), point(1), point(2, "new")], [step(2)])
    assert change.date == "2026-01-03"
    assert (change.run_before, change.run_after) == ("run-00001", "run-00002")
    assert (change.commit_before, change.commit_after) == (f"{1:040x}", f"{2:040x}")
    assert [(each.name, each.before, each.after) for each in change.packages] == [
        ("dask", "1", None), ("numpy", "2.3.0", "2.3.1"), ("scipy", None, "1.17"),
    ]  # fmt: skip


def test_a_night_that_measured_nothing_is_no_night_before():
    (change,) = the_changes([point(0), point(1, "new", ratio=None), point(2, "new")], [step(2)])
    assert change.run_before == "run-00000"
    assert change.packages


def test_the_same_software_has_no_changes_and_unknown_software_tells_of_none():
    (same,) = the_changes([point(0), point(1)], [step(1)])
    (unknown,) = the_changes([point(0), point(1, "unheard of")], [step(1)])
    assert same.packages == unknown.packages == []


def test_another_processor_is_said():
    (change,) = the_changes([point(0), point(1, cpu="another")], [step(1)])
    assert change.other_machine


@pytest.mark.parametrize("what", ["answer", "counter fits"])
def test_exact_changes_stand_beside_steps_by_their_place(what):
    exact = ExactChange(at=1, what=what, before="a", after="b")
    points = [point(night, answers=["a"], counters={"fits": 1}) for night in range(3)]
    first, second = the_changes(points, [step(2)], [exact])
    assert (first.what, first.value_before, first.value_after) == (what, "a", "b")
    assert (second.what, second.step.change) == ("time", 1.05)


def test_a_run_that_is_no_night_counts_for_the_day_on_which_it_began():
    run = make_run(3)
    assert run.day == "2026-01-04"
    assert (
        type(run)(**{name: getattr(run, name) for name in run.__struct_fields__} | {"night": None}).day == "2026-01-04"
    )


@pytest.mark.parametrize(
    ("verdicts", "steps", "found"),
    [
        (["equivalent", "slower", "slower"], [], 1),
        (["slower"], [], 0),
        (["slower", "equivalent", "slower"], [], 2),
        (["slower", "slower", "inconclusive"], [], None),
        (["equivalent", "slower", "slower"], [1], None),
    ],
)
def test_what_the_newest_nights_call_slower_is_told_before_a_step_explains_it(verdicts, steps, found):
    points = [point(night, verdict=verdict) for night, verdict in enumerate(verdicts)]
    nothing = [None] * len(points)
    history = History(
        series=of_points(points), values=ratios_of(points), lows=nothing, highs=nothing, levels=nothing,
        steps=[step(at) for at in steps],
    )  # fmt: skip
    assert slower_without_a_step(history) == found


@pytest.mark.parametrize(("spikes", "found"), [([], None), ([3], 3), ([2, 3], 2)])
def test_what_is_slower_as_it_always_was_is_no_news(spikes, found):
    points = [point(night, verdict="slower") for night in range(4)]
    nothing = [None] * 4
    history = History(
        series=of_points(points), values=ratios_of(points), lows=nothing, highs=nothing, levels=nothing, night_sd=0.01,
        spikes=spikes,
    )  # fmt: skip
    assert slower_without_a_step(history) == found


def test_a_step_that_the_anchor_has_too_explains_nothing():
    points = [point(0, verdict="equivalent"), *(point(each, anchor=2, verdict="slower") for each in (1, 2))]
    nothing = [None] * 3
    history = History(
        series=of_points(points), values=ratios_of(points), lows=nothing, highs=nothing, levels=nothing, steps=[step(1)]
    )
    assert slower_without_a_step(history) == 1
