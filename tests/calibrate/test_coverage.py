"""Simulated coverage: the thorough version is `harness calibrate coverage`."""

import numpy as np
import pytest
from click.testing import CliRunner

from harness.calibrate.coverage import LAUNCHES, MODELS, coverage, hodges_lehmann_rows
from harness.cli.main import cli
from harness.judge import hodges_lehmann


def test_locations_by_rows_are_the_judges():
    blocks = np.random.default_rng(1).standard_normal((3, 4, 7))
    expected = [[hodges_lehmann(launch) for launch in trial] for trial in blocks]
    assert hodges_lehmann_rows(blocks) == pytest.approx(np.array(expected))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_is_of_code_against_itself(name):
    drawn = MODELS[name](np.random.default_rng(1), 300, 20, 5)
    assert drawn.shape == (300, 20, 5)
    means = drawn.mean(axis=(1, 2))
    assert abs(means.mean()) < 4 * means.std() / np.sqrt(means.size)


def test_coverage_is_simulated_for_all_models_and_the_same_each_time():
    found = list(coverage(seed=3, trials=100))
    assert [(each.model, each.launches) for each in found] == [(name, count) for name in MODELS for count in LAUNCHES]
    assert all(0.85 <= each.fixed <= 1 for each in found)
    assert found == list(coverage(seed=3, trials=100))


def test_the_command_prints_a_line_for_each_and_fails_where_a_share_is_off():
    done = CliRunner().invoke(cli, ["calibrate", "coverage", "--trials", "100"], standalone_mode=False)
    assert len(done.output.splitlines()) == 1 + len(MODELS) * len(LAUNCHES)
    assert done.return_value == 1  # 100 trials are too few for 60 shares to be near 95 %
