"""Looking before the end: at which level, and what interval holds whenever one stops."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from harness.judge.launches import TooFewLaunches, launch_interval, p_value
from harness.judge.looks import (
    MOST_LOOKS,
    Looks,
    enough,
    interval_after,
    launches_expected,
    launches_wanted,
    looked,
    looks,
    looks_at,
    nominal_level,
    one_look,
    repeated_p,
    spent,
    stopped_interval,
)
from harness.record.schema import Look

PLANS = [6, 12, 30, 60]
RATIOS = np.log([0.9, 0.95, 0.92, 1.01, 0.97, 0.93, 0.94, 0.96])


def all_looks(most):
    taken = looks(most)
    return [looked(each, taken, most) for each in taken]


def walks(plan, trials, seed=0):
    """Standardized sums of normal launches at each look: shape (trials, looks)."""
    sums = np.random.default_rng(seed).normal(size=(trials, plan[-1])).cumsum(axis=1)
    at = np.array(plan)
    return sums[:, at - 1] / np.sqrt(at)


@given(st.integers(1, 2_000))
def test_there_are_at_most_five_looks_in_order_and_the_last_is_the_plans_end(most):
    taken = looks(most)
    assert len(taken) <= MOST_LOOKS
    assert taken[-1] == most
    assert list(taken) == sorted(set(taken))
    assert len(taken) == 1 or taken[0] >= 4


def test_the_looks_of_usual_plans():
    assert [looks(most) for most in (1, 3, 5)] == [(1,), (3,), (5,)]
    assert looks(6) == (4, 6)
    assert looks(12) == (4, 7, 12)
    assert looks(60) == (4, 8, 15, 30, 60)


@given(st.integers(1, 300), st.integers(1, 300))
def test_what_is_spent_grows_to_all_of_it(launches, most):
    assert 0 < spent(launches, most) <= spent(launches + 1, most) <= 1
    assert spent(most, most) == 1


@pytest.mark.parametrize(
    ("launches", "shares"),
    [
        ((4, 8, 15, 30, 60), tuple(spent(each, 60) for each in (4, 8, 15, 30, 60))),
        ((3, 4, 5), (0.3, 0.6, 1.0)),
        ((4, 8, 15, 16), (0.1, 0.2, 0.4, 1.0)),
        ((4, 30), (0.5, 0.6)),
    ],
)
@pytest.mark.parametrize("alpha", [0.05, 0.3])
def test_levels_agree_with_the_literal_version_by_simulation(launches, shares, alpha):
    trials = 100_000
    statistics = np.abs(walks(launches, trials))
    inside, before = np.ones(trials, dtype=bool), 0.0
    for index, share in enumerate(shares):
        # The literal version: of the walks that are still inside, so many of all may leave here.
        leaving = round((share - before) * alpha * trials)
        bound = np.sort(statistics[inside, index])[-leaving]
        level = 2 * special.ndtr(-bound)
        found = nominal_level(Looks(launches=launches[: index + 1], spent=shares[: index + 1]), alpha)
        assert found == pytest.approx(level, rel=4 / math.sqrt(leaving))
        inside &= statistics[:, index] < special.ndtri(1 - found / 2)
        before = share


def test_levels_of_equal_shares_are_those_of_any_table():
    # Two looks after equal parts, each with half of 5 %: 2.2414 and 2.1250 (normal, two-sided).
    half = Looks(launches=(1, 2), spent=(0.5, 1.0))
    assert special.ndtri(1 - nominal_level(half, 0.05) / 2) == pytest.approx(2.125, abs=0.001)


def test_looks_next_to_each_other_add_nothing():
    close = Looks(launches=(998, 999, 1000), spent=(0.2, 0.4, 1.0))
    assert nominal_level(close, 0.05) == pytest.approx(0.05, rel=0.02)


@given(st.sampled_from(PLANS), st.floats(1e-12, 0.9))
def test_a_level_is_between_what_is_new_and_all_there_is(most, alpha):
    before = 0.0
    for each in all_looks(most):
        share = each.spent[-1]
        assert alpha * (share - before) * (1 - 1e-9) <= nominal_level(each, alpha) <= alpha * share * (1 + 1e-9)
        before = share


def test_with_one_look_in_all_the_interval_is_that_of_a_fixed_plan():
    for size in (3, 5, 8):
        for confidence in (0.9, 0.95, 1 - 0.05 / 36):
            values = RATIOS[:size]
            assert stopped_interval(values, [], 60, confidence) == launch_interval(values, confidence)
            assert stopped_interval(values, [size], size, confidence) == launch_interval(values, confidence)
        assert repeated_p(RATIOS[:size], one_look(size)) == p_value(RATIOS[:size])


def test_one_that_stopped_early_is_wider_and_the_end_pays_little():
    early = stopped_interval(RATIOS, [4, 8], 60)
    end = stopped_interval(RATIOS, [4], 8)
    plain = launch_interval(RATIOS)
    assert early.low < end.low < plain.low
    assert plain.high < end.high < early.high
    assert math.log(end.high / end.low) < 1.12 * math.log(plain.high / plain.low)
    assert early.confidence == end.confidence == 0.95


def test_an_end_for_want_of_budget_spends_all_that_is_left():
    assert looked(20, (4, 8, 15), 60).spent[-1] == 1
    assert looked(15, (4, 8, 15), 60).spent[-1] == spent(15, 60)
    assert looked(60, looks(60), 60).spent[-1] == 1


def test_looks_at_too_few_launches_are_none():
    assert looked(7, (1, 2, 4), 12).launches == (4, 7)


@pytest.mark.parametrize("launches", [0, 1, 2])
def test_fewer_than_three_launches_carry_no_interval(launches):
    with pytest.raises(TooFewLaunches):
        stopped_interval(np.zeros(launches), [], 12)
    assert not enough(np.zeros(launches), one_look(launches), 1.0)


@given(st.lists(st.integers(-500, 500), min_size=4, max_size=12), st.integers(12, 60))
def test_the_interval_excludes_1_exactly_where_the_repeated_p_is_below(values, most):
    log_ratios = np.array(values) / 1_000
    taken = looked(log_ratios.size, looks(most), most)
    p = repeated_p(log_ratios, taken)
    assert p_value(log_ratios) <= p <= 1
    for confidence in (0.5, 0.95, 0.999):
        if abs(p - (1 - confidence)) > 1e-6:
            interval = interval_after(log_ratios, taken, confidence)
            assert (not interval.low <= 1 <= interval.high) == (p < 1 - confidence)


def test_launches_that_agree_to_the_last_digit_leave_no_doubt():
    taken = looked(4, (4,), 12)
    assert repeated_p(np.zeros(4), taken) == 1
    assert repeated_p(np.full(4, math.log(2)), taken) == 0
    assert stopped_interval(np.zeros(4), (4,), 12).low == 1
    assert enough(np.zeros(4), taken, 0.001)


def test_enough_means_a_half_width_of_the_stopped_interval_within_the_precision():
    taken = looked(8, (4, 8), 60)
    interval = interval_after(RATIOS, taken)
    half = math.log(interval.high / interval.low) / 2
    assert enough(RATIOS, taken, half * 1.001)
    assert not enough(RATIOS, taken, half * 0.999)


def test_a_large_ratio_need_not_be_known_to_two_percent():
    spread, taken = np.array([-0.03, 0.0, 0.03, 0.01]), looked(4, (4,), 6)
    assert not enough(spread, taken, 0.02)
    assert enough(spread + np.log(7), taken, 0.02)
    assert enough(spread - np.log(7), taken, 0.02)


@pytest.mark.parametrize("most", PLANS)
@pytest.mark.parametrize("scale", [0.2, 1.0, 2.0, 20.0])
def test_the_launches_wanted_are_those_of_the_first_look_that_would_do(most, scale):
    random = np.random.default_rng(5)
    values = random.normal(0, 1, most)
    for done in (0, 5, most - 1):
        expected = most
        for each in all_looks(most):
            size = each.launches[-1]
            row = values[:size] - values[:size].mean()
            row = 0.02 * scale * row / np.std(row, ddof=1)
            if size > done and enough(row, each, 0.02):
                expected = size
                break
        assert launches_wanted(scale, done, most) == expected


def test_the_launches_expected_agree_with_the_literal_version_by_simulation():
    random = np.random.default_rng(6)
    effects = random.normal(0, 1, (4_000, 30))
    for scale in (0.3, 0.8, 1.5, 4.0):
        ends = np.full(len(effects), 30)
        for each in reversed(all_looks(30)[:-1]):
            size = each.launches[-1]
            half = stats.t.ppf(1 - nominal_level(each, 0.05) / 2, size - 1) * effects[:, :size].std(axis=1, ddof=1)
            ends[scale * half / math.sqrt(size) <= 1] = size
        assert launches_expected(scale, 0, 30) == pytest.approx(ends.mean(), rel=0.08)
        assert launches_expected(scale, 18, 30) == 30


def look(launch, share, known=False):
    return Look(launch=launch, spent=share, enough=known)


def test_the_looks_of_a_case_are_counted_in_the_launches_that_a_comparison_has():
    taken = [look(4, 0.1), look(9, 0.3)]
    assert looks_at([1, 2, 3, 4, 6, 7, 8, 9, 10], taken) == Looks(launches=(4, 8, 9), spent=(0.1, 0.3, 1.0))
    assert looks_at([3, 4, 5, 6, 7, 8, 9, 10], taken) == Looks(launches=(7, 8), spent=(0.3, 1.0))
    assert looks_at([1, 2, 3], []) == one_look(3)


def test_a_case_that_was_known_at_its_last_look_leaves_the_rest_unspent():
    taken = [look(4, 0.1), look(8, 0.3, known=True)]
    assert looks_at(range(1, 9), taken) == Looks(launches=(4, 8), spent=(0.1, 0.3))
    # The budget ended it right there, or it went on all the same.
    assert looks_at(range(1, 9), [look(4, 0.1), look(8, 0.3)]).spent == (0.1, 1.0)
    assert looks_at(range(1, 10), taken).spent == (0.1, 0.3, 1.0)


def test_a_comparison_without_a_launch_since_the_last_look_has_no_other_look():
    assert looks_at([1, 2, 3, 4], [look(4, 0.1), look(8, 0.3, known=True)]) == Looks(launches=(4,), spent=(0.3,))
    assert looks_at([1, 2, 3, 4], [look(4, 0.1), look(8, 0.3)]) == one_look(4)


def test_the_looks_that_a_record_keeps_give_the_interval_of_the_plan():
    for most in PLANS:
        taken = looks(most)
        kept = [look(each, spent(each, most)) for each in taken[:-1]]
        assert looks_at(range(1, most + 1), kept) == looked(most, taken, most)


def launch_effects(shape, random, size):
    """Log ratios of two runs of identical code: differences of what two processes drew."""
    draw = {
        "normal": lambda: random.normal(0, 1, size),
        "heavy-tailed": lambda: random.standard_t(3, size),
        "two layouts": lambda: random.choice([0.0, 2.0], size) + random.normal(0, 0.3, size),
        "a slow tail": lambda: random.exponential(1, size),
    }[shape]
    effects = draw() - draw()
    return 0.025 * effects / np.std(effects)


def stopped(effects, most, rule):
    """Play a plan: stop at a look where `rule` says so, else at the plan's end. Returns which intervals miss 0."""
    trials = len(effects)
    going, missed = np.ones(trials, dtype=bool), np.zeros(trials, dtype=bool)
    sums, squares = effects.cumsum(axis=1), (effects**2).cumsum(axis=1)
    for each in all_looks(most):
        size = each.launches[-1]
        mean = sums[:, size - 1] / size
        error = np.sqrt((squares[:, size - 1] - size * mean**2) / (size - 1) / size)
        half = stats.t.ppf(1 - nominal_level(each, 0.05) / 2, size - 1) * error
        stops = going & (rule(mean, half) | (size == most))
        missed |= stops & (np.abs(mean) > half)
        going &= ~stops
    return missed


@pytest.mark.parametrize("most", PLANS)
@pytest.mark.parametrize("shape", ["normal", "heavy-tailed", "two layouts", "a slow tail"])
def test_the_stopped_interval_covers_whatever_makes_one_stop(most, shape):
    random = np.random.default_rng(most)
    effects = launch_effects(shape, random, (20_000, most))
    rules = {
        "width": lambda _mean, half: half <= 0.02,
        "significance": lambda mean, half: np.abs(mean) > half,
        "a whim": lambda mean, _half: random.random(len(mean)) < 0.5,
        "what pleases": lambda mean, half: mean > half / 2,
    }
    for name, rule in rules.items():
        assert np.mean(stopped(effects, most, rule)) <= 0.06, name


def test_the_vectorised_play_agrees_with_the_functions_that_runs_use():
    effects = launch_effects("normal", np.random.default_rng(1), (40, 12))
    missed = stopped(effects, 12, lambda mean, half: half <= np.maximum(0.02, np.abs(mean) / 10))
    for row, miss in zip(effects, missed, strict=True):
        end = next(
            each for each in all_looks(12) if each.launches[-1] == 12 or enough(row[: each.launches[-1]], each, 0.02)
        )
        interval = interval_after(row[: end.launches[-1]], end)
        assert (not interval.low <= 1 <= interval.high) == miss


@pytest.mark.parametrize("most", PLANS)
def test_identical_code_is_called_different_in_at_most_five_and_a_half_percent_of_runs_that_may_stop_early(most):
    effects = launch_effects("normal", np.random.default_rng(most + 1), (20_000, most))
    missed = stopped(effects, most, lambda mean, half: half <= np.maximum(0.02, np.abs(mean) / 10))
    assert np.mean(missed) <= 0.055


def test_what_the_end_pays_for_its_looks_is_what_the_exponent_was_chosen_for():
    plan = looks(30)
    paid = {}
    for exponent in (1.0, 1.5, 2.0):
        end = Looks(launches=plan, spent=tuple((each / 30) ** exponent for each in plan))
        paid[exponent] = stats.t.ppf(1 - nominal_level(end, 0.05) / 2, 29) / stats.t.ppf(0.975, 29) - 1
    assert looked(30, plan, 30) == Looks(launches=plan, spent=tuple((each / 30) ** 1.5 for each in plan))
    assert {exponent: round(100 * share) for exponent, share in paid.items()} == {1.0: 13, 1.5: 8, 2.0: 5}


@pytest.mark.parametrize(("ratio", "from_the_third", "from_the_fourth"), [(7.4, 4.5, 4.1), (2.0, 7.0, 6.5)])
def test_a_first_look_after_four_launches_ends_large_ratios_sooner_than_one_after_three(
    ratio, from_the_third, from_the_fourth
):
    effects = np.random.default_rng(9).normal(math.log(ratio), 0.025, (20_000, 30))
    for plan, launches in (((3, 5, 9, 17, 30), from_the_third), (looks(30), from_the_fourth)):
        used = np.full(len(effects), 30)
        for size in reversed(plan[:-1]):
            level = nominal_level(looked(size, plan, 30), 0.05)
            half = stats.t.ppf(1 - level / 2, size - 1) * effects[:, :size].std(axis=1, ddof=1) / math.sqrt(size)
            used[half <= np.maximum(0.02, effects[:, :size].mean(axis=1) / 10)] = size
        assert used.mean() == pytest.approx(launches, abs=0.15)


def test_stopping_on_a_fixed_plans_interval_would_not_do():
    effects = launch_effects("normal", np.random.default_rng(3), (20_000, 60))
    wrong = np.zeros(len(effects), dtype=bool)
    for size in looks(60):
        wrong |= stats.ttest_1samp(effects[:, :size], 0, axis=1).pvalue < 0.05
    assert np.mean(wrong) > 0.10
