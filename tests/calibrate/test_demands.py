"""What verdicts are held to: when a demand is met, and when it isn't known yet."""

from __future__ import annotations

import pytest

from harness.calibrate.demands import demands
from harness.calibrate.experiments import EXPERIMENTS
from harness.calibrate.tally import share
from harness.report.calibration.figures import Alarms

NOISES = EXPERIMENTS["same"].noises


def alarms(noise, count, trials):
    return Alarms(
        experiment="same",
        noise=noise,
        budget_s=4.0,
        share=share(count, trials),
        allowed=24,
        launches=5.0,
        early=0,
        turned=0.03,
        as_many=0.5,
    )


def held(found):
    return demands(found, [], [], [], [])[0].met


def test_false_alarms_are_few_enough_once_each_noise_has_all_its_trials():
    assert held([alarms(noise, 24, 300) for noise in NOISES]) is True


@pytest.mark.parametrize("made", [[], [("quiet", 1, 80)], [(noise, 0, 300) for noise in NOISES[1:]]])
def test_with_fewer_trials_or_noises_it_is_not_known_yet(made):
    assert held([alarms(*each) for each in made]) is None


def test_too_many_false_alarms_are_too_many_before_all_trials_are_made():
    assert held([alarms("quiet", 25, 100)]) is False
