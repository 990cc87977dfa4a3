"""What may be said of a ratio."""

import math

import numpy as np
import pytest

from harness.judge.launches import launch_interval, p_value, signed_rank_p
from harness.judge.verdict import decide, in_words
from harness.record.schema import Ratio, Verdict


def a_ratio(*launch_ratios, adjusted=0.95):
    logs = np.log(launch_ratios)
    carries = len(logs) >= 3
    return Ratio(
        estimate=math.exp(logs.mean()),
        launches=len(logs),
        blocks=10 * len(logs),
        launch_ratios=list(launch_ratios),
        interval=launch_interval(logs) if carries else None,
        adjusted=launch_interval(logs, adjusted) if carries else None,
        few=3 <= len(logs) < 6,
        p_value=p_value(logs) if carries else None,
        signed_rank_p=signed_rank_p(logs),
    )


def verdict_of(*launch_ratios, adjusted=0.95, margin=0.02):
    return decide(a_ratio(*launch_ratios, adjusted=adjusted), margin).verdict


@pytest.mark.parametrize(
    ("launch_ratios", "expected"),
    [
        ((0.5,), Verdict.INCONCLUSIVE),
        ((0.5, 0.5), Verdict.INCONCLUSIVE),
        ((0.50, 0.51, 0.49), Verdict.FASTER),
        ((2.0, 2.1, 1.9), Verdict.SLOWER),
        ((1.0, 1.0, 1.0), Verdict.INCONCLUSIVE),
        ((0.999, 1.001, 1.0, 0.999, 1.001), Verdict.INCONCLUSIVE),
        ((0.999, 1.001, 1.0, 0.999, 1.001, 1.0), Verdict.EQUIVALENT),
        ((0.9, 1.1, 1.0, 0.95, 1.05, 1.0), Verdict.INCONCLUSIVE),
        ((0.90, 0.91, 0.89, 0.90, 0.92, 0.90), Verdict.FASTER),
        ((1.10, 1.11, 1.09, 1.10, 1.12, 1.10), Verdict.SLOWER),
    ],
)
def test_the_rules(launch_ratios, expected):
    assert verdict_of(*launch_ratios) is expected


def test_nothing_measured_is_not_measured():
    assert decide(None, 0.02).verdict is Verdict.NOT_MEASURED


def test_few_launches_must_all_agree():
    ratios = (0.90, 0.88, 0.91, 0.89, 1.001)
    interval = launch_interval(np.log(ratios), 0.6)
    assert interval.high < 1
    decision = decide(a_ratio(*ratios, adjusted=0.6), 0.02)
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert decision.reason == "few launches that disagree: 0.88 to 1"


def test_different_by_less_than_the_margin_is_equivalent_from_six_launches_on():
    assert verdict_of(0.990, 0.991, 0.989, 0.990, 0.991, 0.990) is Verdict.EQUIVALENT
    few = decide(a_ratio(0.990, 0.991, 0.989), 0.02)
    assert few.verdict is Verdict.INCONCLUSIVE
    assert "not beyond the margin of 2 %" in few.reason


def test_the_margin_is_a_policy():
    ratios = (0.950, 0.951, 0.949, 0.950, 0.951, 0.950)
    assert verdict_of(*ratios, margin=0.02) is Verdict.FASTER
    assert verdict_of(*ratios, margin=0.1) is Verdict.EQUIVALENT


def test_the_verdict_looks_at_the_adjusted_interval():
    ratios = (0.90, 0.93, 0.88)
    assert verdict_of(*ratios) is Verdict.FASTER
    decision = decide(a_ratio(*ratios, adjusted=0.999), 0.02)
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert "not once adjusted" in decision.reason


def test_inconclusive_says_what_would_have_been_seen():
    decision = decide(a_ratio(0.98, 1.0, 1.02), 0.02)
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert decision.smallest_seen == pytest.approx(0.0675, abs=0.001)
    assert "6.7 % would have been seen" in decision.reason


def test_two_launches_show_both_values():
    assert decide(a_ratio(0.5, 0.6), 0.02).reason == "two launches, no interval: 0.5 and 0.6"


def test_signed_rank_that_contradicts_is_heard():
    one_sided_but_for_a_few = (0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 1.15, 1.15)
    contradicted = a_ratio(*one_sided_but_for_a_few, adjusted=0.5)
    assert "does not confirm" in decide(contradicted, 0.02).reason
    far_off = a_ratio(*([0.99] * 4 + [0.991] * 4 + [0.40] + [0.992] * 3))
    assert "the signed-rank test sees a difference" in decide(far_off, 0.02).reason


def test_the_verdict_on_identical_code_is_rarely_a_difference():
    random = np.random.default_rng(7)
    for launches, most in ((3, 0.06), (5, 0.06), (8, 0.06)):
        called = [verdict_of(*np.exp(random.normal(0, 0.03, launches))) for _ in range(600)]
        wrong = sum(each in {Verdict.FASTER, Verdict.SLOWER} for each in called)
        assert wrong / 600 <= most + 0.02


def test_a_change_at_the_margin_is_rarely_called_equivalent():
    random = np.random.default_rng(8)
    called = [verdict_of(*np.exp(random.normal(math.log(1.02), 0.005, 8))) for _ in range(1_000)]
    assert sum(each is Verdict.EQUIVALENT for each in called) / 1_000 <= 0.07


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (0.25, "4 times as fast"),
        (0.88, "12 % less time"),
        (1.034, "3.4 % more time"),
        (2.5, "2.5 times the time"),
    ],
)
def test_ratios_are_said_as_people_say_them(ratio, words):
    assert in_words(ratio) == words
