"""All that is said of one case, and of a run of several."""

import math

import numpy as np
import pytest

from harness.judge.case import judge_case
from harness.judge.ratio import ratio_of
from harness.judge.run import judge_run
from harness.record.schema import Agreement, Answer, Failure, FailureKind, Look, Phase, Verdict

from .making import a_case, a_sample, a_variant, no_array, noisy_samples


def judged(case, name):
    (judgement,) = judge_run([case], 0.02, no_array)
    return next(each for each in judgement.variants if each.variant == name)


def an_answer(value, launches=(0, 1, 2, 3, 4)):
    return [Answer(launches=list(launches), digest=repr(value), value=value)]


def test_a_true_speed_up_is_found_with_its_interval():
    samples = noisy_samples({"naive": 1.0, "shared": 0.25}, launches=5, launch_sd=0.02, block_sd=0.01)
    judgement = judged(a_case([a_variant("naive"), a_variant("shared")], samples), "shared")
    assert judgement.verdict is Verdict.FASTER
    assert judgement.ratio.interval.low <= 0.25 <= judgement.ratio.interval.high
    assert (judgement.ratio.launches, judgement.ratio.blocks, judgement.ratio.few) == (5, 50, True)
    assert judgement.ratio_of_means == pytest.approx(0.25, rel=0.05)
    assert judgement.answer.agreement is Agreement.NONE


def test_the_ratio_agrees_with_the_literal_version():
    samples = noisy_samples({"naive": 1.0, "shared": 0.5}, launches=4, blocks=5, launch_sd=0.05, block_sd=0.05)
    time = {(each.variant, each.launch, each.block): each.wall_s for each in samples}
    estimates = []
    for launch in range(4):
        logs = [math.log(time["shared", launch, block] / time["naive", launch, block]) for block in range(5)]
        walsh = sorted((logs[i] + logs[j]) / 2 for i in range(5) for j in range(i, 5))
        estimates.append(walsh[7])
    ratio = ratio_of(a_case([], samples), "shared", "naive")
    assert ratio.launch_ratios == pytest.approx([math.exp(each) for each in estimates])
    assert ratio.estimate == pytest.approx(math.exp(sum(estimates) / 4))


def test_the_baseline_has_times_and_no_ratio():
    samples = noisy_samples({"naive": 1.0, "shared": 0.5})
    case = a_case([a_variant("naive"), a_variant("shared")], samples, baseline_stated=False)
    baseline = judged(case, "naive")
    assert (baseline.verdict, baseline.reason, baseline.ratio) == (Verdict.BASELINE, "the first collected", None)
    assert baseline.median_s == pytest.approx(0.1)


def test_a_launch_with_more_blocks_has_no_more_say_in_the_median():
    samples = [a_sample("naive", 1.0, 0, block) for block in range(100)]
    samples += [a_sample("naive", wall_s, launch) for launch, wall_s in ((1, 3.0), (2, 3.0))]
    assert judged(a_case([a_variant("naive")], samples), "naive").median_s == 3.0


def test_a_rare_tenfold_call_shows_in_means_and_p95_and_not_in_the_ratio():
    samples = [
        a_sample(name, 1.0 if name == "naive" or block % 10 else 10.0, launch, block)
        for launch in range(6)
        for block in range(10)
        for name in ("naive", "spilling")
    ]
    judgement = judged(a_case([a_variant("naive"), a_variant("spilling")], samples), "spilling")
    assert judgement.verdict is Verdict.EQUIVALENT
    assert judgement.ratio_of_means == pytest.approx(1.9)
    assert judgement.p95_s == pytest.approx(10.0)


def test_all_figures_of_a_call_are_medians():
    variant = a_variant(
        "naive",
        peak_bytes=[10, 30, 20],
        parts_s=[{"start": 1.0, "fit": 2.0}, {"start": 3.0}, {"start": 2.0, "fit": 4.0}],
        counters=[{"fits": 6, "tasks": 10}, {"fits": 6, "tasks": 11}, {"fits": 6}],
    )
    samples = [a_sample("naive", 8.0, calls=2, cpu_s=12.0)]
    judgement = judged(a_case([variant], samples, limit_s=[1.0, 2.0, 9.0]), "naive")
    assert (judgement.median_s, judgement.cpu_s, judgement.peak_bytes) == (4.0, 6.0, 20)
    assert judgement.parts_s == {"start": 2.0, "fit": 3.0}
    assert judgement.limit_share == 0.5
    assert judgement.counters == {"fits": 6}
    assert judgement.reason == "counter tasks is not the same in each launch: 10, 11 or absent"


def test_a_faster_variant_with_another_answer_is_not_faster():
    samples = noisy_samples({"naive": 1.0, "shared": 0.5})
    variants = [a_variant("naive", answers=an_answer(1.0)), a_variant("shared", answers=an_answer(1.1))]
    judgement = judged(a_case(variants, samples), "shared")
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.reason.startswith("faster, but another answer")
    assert judgement.answer.agreement is Agreement.DIFFER
    assert judgement.ratio.estimate == pytest.approx(0.5)


def test_a_slower_variant_with_another_answer_is_slower():
    samples = noisy_samples({"naive": 1.0, "shared": 1.5})
    variants = [a_variant("naive", answers=an_answer(1.0)), a_variant("shared", answers=an_answer(1.1))]
    assert judged(a_case(variants, samples), "shared").verdict is Verdict.SLOWER


def test_a_faster_variant_with_an_unstable_answer_is_not_faster():
    samples = noisy_samples({"naive": 1.0, "shared": 0.5})
    own = an_answer(1.0, (0, 1)) + an_answer(1.1, (2,))
    variants = [a_variant("naive", answers=an_answer(1.0)), a_variant("shared", answers=own)]
    judgement = judged(a_case(variants, samples), "shared")
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "an unstable answer" in judgement.reason


def test_a_variant_that_failed_is_not_measured_with_the_reason():
    failures = [
        Failure(launch=launch, kind=FailureKind.RAISED, text="Traceback ...\nTypeError: no sample_weight\n")
        for launch in (0, 1)
    ]
    case = a_case([a_variant("naive"), a_variant("dask", failures=failures)], noisy_samples({"naive": 1.0}))
    judgement = judged(case, "dask")
    assert judgement.verdict is Verdict.NOT_MEASURED
    assert judgement.reason == "raised (TypeError: no sample_weight) in launches 0, 1"
    assert (judgement.median_s, judgement.ratio) == (None, None)


def test_a_variant_that_failed_in_some_launches_is_judged_by_the_others():
    samples = [each for each in noisy_samples({"naive": 1.0, "dask": 0.5}) if each.variant == "naive" or each.launch]
    failures = [Failure(launch=0, kind=FailureKind.DIED, text="")]
    judgement = judged(a_case([a_variant("naive"), a_variant("dask", failures=failures)], samples), "dask")
    assert judgement.verdict is Verdict.FASTER
    assert judgement.reason.endswith("; died in launch 0")


def test_without_a_measured_baseline_there_is_no_ratio():
    case = a_case([a_variant("naive"), a_variant("shared")], noisy_samples({"shared": 0.5}))
    judgement = judged(case, "shared")
    assert (judgement.verdict, judgement.ratio) == (Verdict.NOT_MEASURED, None)
    assert judgement.reason == "the baseline 'naive' was not measured"
    assert judgement.median_s == pytest.approx(0.05)
    assert judged(case, "naive").verdict is Verdict.NOT_MEASURED


def test_a_case_of_which_nothing_ran_says_why():
    case = a_case([a_variant("naive"), a_variant("shared")], not_measured="no budget left")
    assert {each.reason for each in judge_run([case], 0.02, no_array)[0].variants} == {"no budget left"}


def test_warm_up_is_no_measurement():
    samples = [a_sample("naive", 1.0, phase=Phase.WARM_UP)]
    assert judged(a_case([a_variant("naive")], samples), "naive").verdict is Verdict.NOT_MEASURED


def test_a_twin_is_held_against_its_original_and_is_no_comparison():
    samples = noisy_samples({"naive": 1.0, "shared": 0.5, "shared-twin": 0.5}, launch_sd=0.001)
    variants = [a_variant("naive"), a_variant("shared"), a_variant("shared-twin", twin_of="shared")]
    (judgement,) = judge_run([a_case(variants, samples)], 0.02, no_array)
    assert [each.variant for each in judgement.variants] == ["naive", "shared"]
    assert judgement.twin_of == "shared"
    assert judgement.twin.estimate == pytest.approx(1, abs=0.01)
    assert judgement.twin.adjusted.confidence == pytest.approx(0.95), "a family of its own"
    assert judgement.comparisons == 1


def test_twins_are_adjusted_for_how_many_they_are():
    variants = [a_variant("naive"), a_variant("naive-twin", twin_of="naive")]
    cases = [
        a_case(variants, noisy_samples({"naive": 1.0, "naive-twin": 1.0}, launch_sd=0.02, seed=seed), id=f"case {seed}")
        for seed in range(5)
    ]
    levels = {each.twin.adjusted.confidence for each in judge_run(cases, 0.02, no_array)}
    assert max(levels) == pytest.approx(0.99)


def test_the_comparisons_of_all_cases_are_adjusted_together():
    def case_with(number, samples_seed):
        names = {"naive": 1.0} | {f"way{way}": 1.0 for way in range(3)}
        samples = noisy_samples(names, launch_sd=0.02, seed=samples_seed)
        return a_case([a_variant(name) for name in names], samples, id=f"case {number}")

    judgements = judge_run([case_with(number, number) for number in range(4)], 0.02, no_array)
    assert {each.comparisons for each in judgements} == {12}
    levels = {
        variant.ratio.adjusted.confidence
        for each in judgements
        for variant in each.variants
        if variant.ratio is not None
    }
    assert max(levels) >= 1 - 0.05 / 11
    alone = judge_run([case_with(0, 0)], 0.02, no_array)[0]
    assert alone.variants[1].ratio.adjusted.high < judgements[0].variants[1].ratio.adjusted.high


def test_identical_variants_are_called_different_in_five_percent_of_runs_at_most():
    wrong = 0
    for seed in range(200):
        names = {"naive": 1.0} | {f"way{way}": 1.0 for way in range(4)}
        samples = noisy_samples(names, launches=4, blocks=2, launch_sd=0.03, block_sd=0.01, seed=seed)
        (judgement,) = judge_run([a_case([a_variant(name) for name in names], samples)], 0.02, no_array)
        wrong += any(each.verdict in {Verdict.FASTER, Verdict.SLOWER} for each in judgement.variants)
    assert wrong <= 16


def test_a_case_that_was_stopped_at_a_look_has_two_intervals_and_is_judged_by_the_wider():
    samples = noisy_samples({"naive": 1.0, "fast": 0.9}, launches=8, launch_sd=0.02, seed=3)
    case = a_case([a_variant("naive"), a_variant("fast")], samples)
    taken = [Look(launch=3, spent=0.1, enough=False), Look(launch=7, spent=0.3, enough=True)]
    fixed = judged(case, "fast").ratio
    stopped = judged(a_case(case.variants, samples, looks=taken), "fast").ratio
    assert fixed.interval == fixed.stopped == stopped.interval
    assert (fixed.looks, stopped.looks) == (1, 2)
    assert stopped.stopped.low < fixed.stopped.low < fixed.stopped.high < stopped.stopped.high
    assert stopped.equivalence.low < fixed.equivalence.low
    assert stopped.adjusted == stopped.stopped
    assert stopped.shown == stopped.stopped


def test_levels_can_be_handed_in():
    samples = noisy_samples({"naive": 1.0, "shared": 0.5}, launch_sd=0.01)
    case = a_case([a_variant("naive"), a_variant("shared")], samples)
    judgement = judge_case(case, 0.02, {"shared": 0.99}, 5, no_array)
    assert judgement.comparisons == 5
    assert judgement.variants[1].ratio.adjusted.confidence == 0.99


def test_a_run_without_cases_has_no_judgements():
    assert judge_run([], 0.02, no_array) == []


def test_judging_does_not_change_its_input():
    samples = noisy_samples({"naive": 1.0, "shared": 0.5})
    case = a_case([a_variant("naive"), a_variant("shared")], samples)
    before = repr(case)
    judge_run([case], 0.02, no_array)
    assert repr(case) == before
    assert np.isfinite(samples[0].wall_s)


def test_a_variant_whose_test_fails_after_its_turns_is_not_measured_though_its_time_is_known():
    samples = noisy_samples({"naive": 1.0, "shared": 0.25}, launches=1)
    failing = a_variant("shared", failures=[Failure(launch=0, kind=FailureKind.RAISED, text="E   AssertionError: no")])
    row = judged(a_case([a_variant("naive"), failing], samples), "shared")
    assert (row.verdict, row.reason) == (Verdict.NOT_MEASURED, "raised (AssertionError: no) in launch 0")
    assert row.median_s == pytest.approx(0.025)


def test_nothing_is_held_against_a_baseline_whose_test_fails_after_its_turns():
    samples = noisy_samples({"naive": 1.0, "shared": 0.25}, launches=1)
    failing = a_variant("naive", failures=[Failure(launch=0, kind=FailureKind.RAISED, text="E   AssertionError: no")])
    row = judged(a_case([failing, a_variant("shared")], samples), "shared")
    assert (row.verdict, row.reason) == (Verdict.NOT_MEASURED, "the baseline 'naive' was not measured")
