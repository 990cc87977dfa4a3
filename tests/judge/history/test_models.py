import numpy as np
import pytest
from scipy import stats

from harness.judge.history import model_effect, pooled
from tests.judge.history.making import make_series, noise


def two(seed, effect, nights=30, night_sd=0.005):
    """One processor every even night, another one every odd one."""
    one = make_series(noise([seed, 1], nights, night_sd), cpu="one", nights=range(0, 2 * nights, 2))
    other = make_series(effect + noise([seed, 2], nights, night_sd), cpu="other", nights=range(1, 2 * nights, 2))
    return one, other


def test_the_effect_of_a_model_is_welch_s_test_over_nights():
    one, other = two(1, 0.02)
    found = model_effect(one, other)
    logs = [np.log([point.result.ratio for point in each.points]) for each in (one, other)]
    # All nights but the first of one and the last of the other lie in the time of both.
    expected = stats.ttest_ind(logs[1][:-1], logs[0][1:], equal_var=False)
    assert found.p_value == pytest.approx(expected.pvalue, rel=0.05)
    assert found.factor == pytest.approx(1.02, abs=0.004)
    assert not found.absent


def test_models_without_an_effect_are_one_series():
    (series,) = pooled(two(2, 0.0))
    assert series.key.cpu_model == "one + other"
    assert [point.run.id for point in series.points] == sorted(point.run.id for point in series.points)
    assert len(series.points) == 60


def test_models_with_an_effect_are_two_series():
    assert [each.key.cpu_model for each in pooled(two(3, 0.03))] == ["one", "other"]


def test_where_nights_scatter_too_much_to_tell_nothing_is_pooled():
    assert len(pooled(two(4, 0.0, night_sd=0.05))) == 2


def test_too_few_nights_of_a_model_are_not_pooled():
    one, other = two(5, 0.0, nights=7)
    assert model_effect(one, other) is None
    assert len(pooled([one, other])) == 2


def test_a_machine_that_follows_another_is_held_against_its_last_nights():
    one = make_series(noise([6, 1], 60, 0.005) + np.where(np.arange(60) < 20, 0.2, 0.0), cpu="one")
    other = make_series(noise([6, 2], 40, 0.005), cpu="other", nights=range(60, 100))
    assert len(pooled([one, other])) == 1
    assert len(pooled([other, one])) == 1


def test_an_effect_that_is_there_is_pooled_once_in_twenty_times_at_most():
    assert sum(len(pooled(two(seed, 0.012))) == 1 for seed in range(100)) <= 5


def test_other_cases_are_nobody_s_concern():
    one, _ = two(7, 0.0)
    assert pooled([one]) == [one]
    assert pooled([]) == []
