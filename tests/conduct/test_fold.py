"""The state of a run is a fold over its events."""

from __future__ import annotations

from random import Random

import pytest

from harness.conduct.events import (
    CaseLeftOut,
    CasePlanned,
    LaunchEnded,
    LimitStated,
    PeakTaken,
    ProbesReady,
    Resumed,
    Stated,
    VariantFailed,
    Watched,
)
from harness.conduct.fold import Story, Unusable, beginning, fold, plan_of
from harness.record.schema import Failure, FailureKind, Phase, Running

from .making import CASE, block_ended, launch_began, make_case, run_began, sampled


def folded(*events):
    (case,) = fold([run_began(make_case("a", "b")), *events])
    return case


def phases(*events):
    return [sample.phase for sample in folded(*events).samples]


def planned(**fields):
    return CasePlanned(case=CASE, **{"calls": {}, "blocks_per_launch": 1, "fresh": False, "twin_of": None, **fields})


def stated(variant, answer, launch=1, **fields):
    return Stated(case=CASE, launch=launch, variant=variant, answer=answer, **fields)


def ended(launch=1, phase=Phase.MEASURED, why=""):
    return LaunchEnded(case=CASE, launch=launch, phase=phase, why=why)


def test_events_without_a_beginning_are_unusable():
    for events in ([], [launch_began(1)]):
        with pytest.raises(Unusable):
            beginning(events)


def test_a_sample_counts_once_its_block_has_ended():
    assert phases(launch_began(1), sampled("a"), sampled("b"), block_ended()) == [Phase.MEASURED] * 2


def test_samples_of_a_block_that_was_cut_off_are_kept_and_broken():
    events = [
        launch_began(1),
        sampled("a"),
        block_ended(),
        sampled("a", block=1),
        launch_began(2),
        sampled("a", launch=2),
    ]
    assert phases(*events, block_ended(2)) == [Phase.MEASURED, Phase.BROKEN, Phase.MEASURED]


def test_all_samples_of_a_void_launch_are_void():
    events = [launch_began(1), sampled("a"), block_ended(), sampled("b", block=1)]
    assert phases(*events, ended(phase=Phase.VOID, why="lost a worker")) == [Phase.VOID] * 2


def test_warm_up_and_pilot_stay_what_they_are():
    events = [launch_began(1), sampled("a", phase=Phase.PILOT), sampled("b", phase=Phase.WARM_UP), block_ended()]
    assert phases(*events) == [Phase.PILOT, Phase.WARM_UP]


def test_a_pilot_is_a_measurement_where_every_call_has_a_fresh_process():
    events = [launch_began(1), sampled("a", phase=Phase.PILOT), block_ended(), sampled("a", block=1, phase=Phase.PILOT)]
    assert phases(*events, block_ended(block=1), planned(fresh=True)) == [Phase.MEASURED, Phase.PILOT]


def test_a_launch_that_never_ended_is_broken():
    first, second = folded(
        launch_began(1), ProbesReady(case=CASE, launch=1, start_s=2.0), launch_began(2), ended(2)
    ).launches
    assert (first.phase, first.why, first.start_s) == (Phase.BROKEN, "cut off", 2.0)
    assert (second.phase, second.why) == (Phase.MEASURED, "")


def test_a_twin_joins_the_variants_once_and_takes_its_originals_calls():
    case = folded(planned(twin_of="b", calls={"b": 7}), planned(twin_of="b", calls={"b": 9}, blocks_per_launch=4))
    assert [(each.name, each.twin_of, each.calls) for each in case.variants] == [
        ("a", None, 1),
        ("b", None, 9),
        ("b (twin)", "b", 9),
    ]
    assert case.variants[2].nodeid == case.variants[1].nodeid
    assert case.blocks_per_launch == 4


def test_equal_answers_are_kept_once_with_the_launches_that_gave_them():
    events = [stated("a", {"x": 1, "y": 2}, 1), stated("a", {"x": 2}, 2), stated("a", {"y": 2, "x": 1}, 3)]
    answers = folded(*[launch_began(n) for n in (1, 2, 3)], *events).variants[0].answers
    assert [(answer.launches, answer.value) for answer in answers] == [([1, 3], {"x": 1, "y": 2}), ([2], {"x": 2})]


def test_no_answer_is_none():
    assert folded(stated("a", None)).variants[0].answers == []


def test_figures_are_gathered_by_launch_and_notes_are_the_last():
    events = [stated("a", 1, n, counters={"fits": n}, parts_s={"start": n / 2}, notes={"n": n}) for n in (1, 2)]
    variant = folded(*events, stated("a", 1, 3), PeakTaken(case=CASE, launch=1, variant="a", peak_bytes=5)).variants[0]
    assert variant.counters == [{"fits": 1}, {"fits": 2}]
    assert variant.parts_s == [{"start": 0.5}, {"start": 1.0}]
    assert variant.notes == {"n": 2}
    assert variant.peak_bytes == [5]


def test_failures_stand_with_their_variant_or_with_the_limit():
    failure = Failure(launch=1, kind=FailureKind.DIED, text="died of SIGKILL")
    case = folded(
        VariantFailed(case=CASE, variant="b", failure=failure),
        VariantFailed(case=CASE, variant=None, failure=failure),
        LimitStated(case=CASE, launch=2, limit_s=0.5),
    )
    assert [variant.failures for variant in case.variants] == [[], [failure]]
    assert (case.limit_failures, case.limit_s) == ([failure], [0.5])


def test_a_case_that_was_left_out_says_why():
    assert folded(CaseLeftOut(case=CASE, why="no budget")).not_measured == "no budget"


def test_the_budget_is_the_one_that_was_last_asked_for():
    cut = [run_began(make_case("a", "b")), Resumed(began="later"), Resumed(began="later", budget_s=90.0)]
    assert plan_of(cut[:2]).budget_s == 60.0
    assert plan_of(cut).budget_s == 90.0
    assert plan_of([*cut, Resumed(began="last")]).budget_s == 90.0


def test_events_without_a_beginning_have_no_plan():
    with pytest.raises(Unusable):
        plan_of([Resumed(began="later")])


def many_launches(cold, blocks=12, launches=6, short=None):
    """Held launches whose first `cold` measured blocks take half as long again; `short` has two blocks only."""
    random = Random(3)
    events = []
    for launch in range(1, launches + 1):
        events.append(launch_began(launch))
        for block in range(2 if launch == short else blocks):
            for name in ("a", "b"):
                wall_s = random.uniform(0.98, 1.02) * (1.5 if block <= cold else 1.0)
                phase = Phase.MEASURED if block else Phase.WARM_UP
                events.append(sampled(name, launch, block, phase, wall_s))
            events.append(block_ended(launch, block))
        events.append(ended(launch))
    return folded(*events)


def warm_blocks(case, launch):
    return sorted({each.block for each in case.samples if each.launch == launch and each.phase is Phase.WARM_UP})


def test_further_warm_up_is_tagged_by_the_change_point_and_kept():
    case = many_launches(cold=3)
    assert case.warm_up_blocks == 3
    assert [warm_blocks(case, launch) for launch in range(1, 7)] == [[0, 1, 2, 3]] * 6
    assert len(case.samples) == 6 * 12 * 2
    assert many_launches(cold=0).warm_up_blocks == 0


def test_no_launch_is_left_without_blocks_by_its_warm_up():
    case = many_launches(cold=3, launches=8, short=2)
    assert case.warm_up_blocks == 3
    assert [sample.phase for sample in case.samples if sample.launch == 2] == [Phase.WARM_UP] * 2 + [Phase.MEASURED] * 2


def test_variants_without_a_steady_state_are_named():
    case = many_launches(cold=9)
    assert (case.warm_up_blocks, case.unsteady) == (0, ["a", "b"])


def test_each_variant_keeps_the_axis_that_its_test_names():
    case = folded(stated("a", 1, axis="rows"), stated("b", 1, axis="columns"), stated("a", 1, launch=2))
    assert [variant.axis for variant in case.variants] == ["rows", "columns"]


def watched(looks, crowded=(), launch=1):
    return Watched(case=CASE, launch=launch, variant="a", running=Running(cores=2, looks=looks, crowded=list(crowded)))


def test_looks_at_threads_add_up_over_launches_and_the_most_crowded_launch_tells_how_they_were_shared():
    case = folded(watched([1, 2], launch=1), watched([0, 0, 0, 1, 4], [2, 2], 2), watched([0, 5, 0, 1], [3], 3))
    a, b = case.variants
    assert a.running == Running(cores=2, looks=[1, 7, 0, 2, 4], crowded=[2, 2])
    assert b.running is None


def test_a_case_of_which_nothing_new_is_known_is_not_made_again():
    story = Story()
    other = make_case("a", "b", id="another")
    for event in (run_began(make_case("a", "b"), other), launch_began(1), sampled("a"), block_ended()):
        story.take(event)
    before = story.cases()
    assert story.cases()[0] is before[0]
    story.take(ended())
    assert story.case("another") is before[1]
    assert story.case(CASE).launches[0].phase is Phase.MEASURED
    story.take(run_began(other))
    assert [case.samples for case in story.cases()] == [[]]
