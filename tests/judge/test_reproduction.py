"""Whether a run gives what its record says."""

import numpy as np
import pytest
from msgspec.structs import replace

from harness.judge.change import Sameness
from harness.judge.matching import Match
from harness.judge.reproduction import Outcome, judge_reproduction
from harness.record.schema import Answer, CounterChange, Failing, Failure, FailureKind, Tolerance

from .making import a_case, a_variant, noisy_samples

SCORES = {
    "best": "alpha=0.1",
    "test_score": {"alpha=0.1": {"fold 1": 0.9, "fold 2": 0.8}, "alpha=1": {"fold 1": 0.7, "fold 2": 0.6}},
}
OTHER_SEED = {
    "best": "alpha=0.1",
    "test_score": {"alpha=0.1": {"fold 1": 0.9, "fold 2": 0.8}, "alpha=1": {"fold 1": 0.71, "fold 2": 0.64}},
}


def stated(value, launches=(0, 1, 2), digest=None):
    return Answer(launches=list(launches), digest=digest or f"sha256:{hash(str(value))}", value=value)


def a_run(ratio=0.5, answer=SCORES, answers=None, seed=0, launches=6, **fields):
    variants = [
        a_variant("naive", answers=[stated(SCORES)]),
        a_variant("fast", answers=[stated(answer)] if answers is None else answers, **fields),
    ]
    samples = noisy_samples({"naive": 1.0, "fast": ratio}, launches=launches, launch_sd=0.02, seed=seed)
    return a_case(variants, samples, tolerance=Tolerance(rtol=0.0, atol=1e-9))


def judged(recorded, now, margin=0.1, drift=()):
    return judge_reproduction([recorded], [now], margin, drift)


def row_of(reproduction, name="fast"):
    (case,) = reproduction.cases
    return next(row for row in case.variants if row.variant == name)


def test_the_same_answers_and_ratios_are_reproduced():
    said = judged(a_run(seed=1), a_run(seed=2))
    assert said.outcome is Outcome.REPRODUCED
    assert said.because == []
    assert row_of(said).answer.match is Match.IDENTICAL
    assert row_of(said).ratio.sameness is Sameness.SAME
    assert row_of(said, "naive").ratio is None


def test_another_ratio_is_reproduced_with_other_speed_ups():
    said = judged(a_run(0.5), a_run(0.8))
    assert said.outcome is Outcome.OTHER_SPEED_UPS
    assert said.because == ["another speed-up: grid, fast"]
    assert row_of(said).ratio.change.low > 1.4


def test_too_few_launches_leave_the_speed_up_undecided_and_the_result_reproduced():
    said = judged(a_run(launches=6), a_run(0.9, launches=2))
    assert said.outcome is Outcome.REPRODUCED
    assert said.because == ["speed-up undecided: grid, fast"]


def test_another_answer_is_not_reproduced_and_each_part_names_its_largest_difference():
    said = judged(a_run(), a_run(answer=OTHER_SEED))
    assert said.outcome is Outcome.NOT_REPRODUCED
    assert said.because == ["another answer: grid, fast"]
    assert row_of(said).answer.differences == ["test_score['alpha=1']['fold 2']: 0.64 against 0.6, 0.04 apart (1 more)"]


def test_an_answer_within_the_tolerance_is_reproduced():
    close = {**SCORES, "test_score": {**SCORES["test_score"], "alpha=1": {"fold 1": 0.7 + 1e-12, "fold 2": 0.6}}}
    assert row_of(judged(a_run(), a_run(answer=close))).answer.match is Match.WITHIN


def test_another_answer_outweighs_what_was_not_measured():
    recorded = a_run()
    now = a_run(answer=OTHER_SEED)
    now = a_case(now.variants, [sample for sample in now.samples if sample.variant != "naive"])
    assert judged(recorded, now).outcome is Outcome.NOT_REPRODUCED


def test_a_variant_that_died_this_time_is_not_measured_and_says_why():
    failure = Failure(launch=0, kind=FailureKind.DIED, text="died of SIGKILL")
    now = a_case(
        [a_variant("naive", answers=[stated(SCORES)]), a_variant("fast", failures=[failure])],
        noisy_samples({"naive": 1.0}),
    )
    said = judged(a_run(), now)
    assert said.outcome is Outcome.NOT_MEASURED
    assert row_of(said).answer.note == "died: died of SIGKILL"


def test_a_case_that_is_missing_now_is_not_measured():
    said = judge_reproduction([a_run()], [], 0.1)
    assert said.outcome is Outcome.NOT_MEASURED
    assert said.because == ["not measured: grid, naive", "not measured: grid, fast"]


def test_what_the_record_has_not_measured_is_nothing_to_reproduce():
    recorded = a_case([a_variant("naive"), a_variant("fast")], noisy_samples({"naive": 1.0}))
    said = judged(recorded, a_run())
    assert [row.variant for row in said.cases[0].variants] == ["naive"]
    assert said.outcome is Outcome.REPRODUCED


def test_a_record_without_any_sample_reproduces_nothing():
    empty = a_case([a_variant("naive")])
    assert judged(empty, a_run()).outcome is Outcome.NOT_MEASURED


def test_a_variant_that_owes_its_answer_this_time_is_not_measured():
    said = judged(a_run(), a_run(answers=[]))
    assert said.outcome is Outcome.NOT_MEASURED
    assert row_of(said).answer.note == "it stated no answer this time"


def test_an_answer_that_the_record_itself_disagrees_on_cannot_be_refuted():
    unstable = [stated(SCORES, [0]), stated(OTHER_SEED, [1])]
    said = judged(a_run(answers=unstable), a_run(answer={**SCORES, "best": "alpha=1"}))
    assert row_of(said).answer.match is Match.UNSTABLE
    assert said.outcome is Outcome.REPRODUCED


def test_an_answer_that_changes_between_launches_now_is_another_one():
    said = judged(a_run(), a_run(answers=[stated(SCORES, [0]), stated(OTHER_SEED, [1])]))
    assert row_of(said).answer.match is Match.DIFFERENT


def test_drift_is_never_reproduced():
    said = judged(a_run(), a_run(), drift=["numpy 2.3.5 is locked, 2.4.0 is installed"])
    assert said.outcome is Outcome.NOT_REPRODUCED
    assert "numpy 2.3.5" in said.because[0]


def test_counters_that_are_others_are_named():
    said = judged(a_run(counters=[{"fit": 161}] * 3), a_run(counters=[{"fit": 171}] * 3))
    assert row_of(said).counter_changes == [CounterChange(name="fit", before=161, after=171)]
    assert said.outcome is Outcome.REPRODUCED
    assert any(told.startswith("other counters: ") for told in said.because)


def test_counters_that_are_others_refute_a_record_whose_policy_fails_for_them():
    cases = [a_run(counters=[{"fit": 161}])], [a_run(counters=[{"fit": 171}])]
    fails_for = [Failing.COUNTERS]
    assert judge_reproduction(*cases, fails_for=fails_for).outcome is Outcome.NOT_REPRODUCED
    assert judge_reproduction(cases[0], cases[0], fails_for=fails_for).outcome is Outcome.REPRODUCED


def test_a_case_with_a_wide_margin_is_held_to_that_one_unless_another_is_asked_for():
    recorded, other = replace(a_run(0.5), margin=0.4), a_run(0.65, seed=1)
    assert judged(recorded, other, margin=None).cases[0].margin == 0.4
    assert row_of(judged(recorded, other, margin=None)).ratio.sameness is not Sameness.OTHER
    assert row_of(judged(recorded, other, margin=0.1)).ratio.sameness is Sameness.OTHER
    assert judged(replace(recorded, margin=0.02), other, margin=None).cases[0].margin == 0.1


def array(values, sample):
    return {
        "__array__": {
            "dtype": "<f8",
            "shape": [len(values)],
            "digest": f"sha256:{hash(tuple(values))}",
            "summary": {"min": min(values), "max": max(values), "mean": float(np.mean(values))},
            "sample_indices": sample,
            "sample": [values[index] for index in sample],
        }
    }


def test_a_large_array_that_was_compared_by_its_sample_says_so():
    then, now = [1.0, 2.0, 3.0], [1.0 + 1e-12, 2.0, 3.0]
    answers = [array(values, [0, 2]) for values in (then, now)]
    said = judged(a_run(answer={"centers": answers[0]}), a_run(answer={"centers": answers[1]}))
    assert row_of(said).answer.match is Match.WITHIN
    assert row_of(said).answer.note == "compared by a seeded sample and the summary: centers"


def test_a_large_array_that_differs_names_the_place():
    answers = [array(values, [0, 2]) for values in ([1.0, 2.0, 3.0], [1.0, 2.0, 3.5])]
    said = judged(a_run(answer={"centers": answers[0]}), a_run(answer={"centers": answers[1]}))
    assert row_of(said).answer.differences[0].startswith("centers[2]: 3.5 against 3, 0.5 apart")


@pytest.mark.parametrize("expected", [0.05])
def test_simulated_an_unchanged_run_of_many_variants_is_rarely_given_other_speed_ups(expected):
    names = [f"way{number}" for number in range(8)]
    wrong = 0
    for seed in range(150):
        runs = [
            a_case(
                [a_variant(name) for name in ["naive", *names]],
                noisy_samples({"naive": 1.0, **dict.fromkeys(names, 0.5)}, 4, 1, launch_sd=0.12, seed=2 * seed + each),
            )
            for each in (0, 1)
        ]
        wrong += judged(*runs).outcome is Outcome.OTHER_SPEED_UPS
    assert wrong / 150 <= 2 * expected
