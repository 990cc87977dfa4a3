"""The harness beside its peers: how often each calls identical code different, and which change each would see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from harness.calibrate.agenda import HARNESS
from harness.calibrate.experiments import TWIN
from harness.calibrate.findings import PRECISION, Comparison, HarnessTrial, PeerTrial
from harness.calibrate.noise import NOISES
from harness.calibrate.recorded import estimates, looks_taken
from harness.calibrate.stopping import critical
from harness.calibrate.tally import NOMINAL, alarms, share, smallest
from harness.report.calibration.figures import Contender, Rule


def contenders(own: Sequence[HarnessTrial], peers: Sequence[PeerTrial]) -> list[Contender]:
    """Per noise the harness, then each peer, by name."""
    found = []
    for noise in NOISES:
        mine = [trial for trial in own if trial.noise == noise]
        if mine:
            found.append(_harness(noise, mine))
        for name in sorted({trial.peer for trial in peers}):
            theirs = [trial for trial in peers if (trial.noise, trial.peer) == (noise, name)]
            if theirs:
                found.append(_peer(noise, theirs))
    return found


def critical_of(comparison: Comparison) -> float | None:
    """The smallest extra slow-down with which this trial's twin would have been called slower."""
    return critical(estimates(comparison), looks_taken(comparison), PRECISION) if comparison.looks else None


def _harness(noise: str, trials: Sequence[HarnessTrial]) -> Contender:
    compared = [trial.comparisons.get(TWIN) for trial in trials]
    return Contender(
        tool=HARNESS,
        rule="the interval of a run that may stop early excludes 1",
        unit="",
        noise=noise,
        trials=len(trials),
        budget_s=trials[0].budget_s,
        took_s=median(trial.spent_s for trial in trials),
        default=Rule(
            threshold=None,
            alarms=alarms(trials, TWIN),
            smallest=smallest([critical_of(each) if each else None for each in compared]),
        ),
        tuned=None,
    )


def _peer(noise: str, trials: Sequence[PeerTrial]) -> Contender:
    chosen_on, judged_on = ([trial for trial in trials if trial.number % 2 == half] for half in (0, 1))
    first = trials[0]
    return Contender(
        tool=f"{first.peer} {first.version}",
        rule=first.rule,
        unit=first.unit,
        noise=noise,
        trials=len(trials),
        budget_s=first.budget_s,
        took_s=median(trial.spent_s for trial in trials),
        default=Rule(
            threshold=first.threshold,
            alarms=share(sum(trial.slower or trial.faster for trial in trials), len(trials)),
            smallest=smallest([critical_at(trial, first.threshold) for trial in trials]),
        ),
        tuned=_tuned(chosen_on, judged_on) if chosen_on and judged_on else None,
    )


def _tuned(chosen_on: Sequence[PeerTrial], judged_on: Sequence[PeerTrial]) -> Rule:
    """With the threshold above which no more than 5 % of one half's statistics lie, judged on the other half."""
    statistics = sorted(trial.statistic for trial in chosen_on)
    threshold = statistics[math.ceil((1 - NOMINAL) * len(statistics)) - 1]
    return Rule(
        threshold=threshold,
        alarms=share(sum(trial.statistic > threshold for trial in judged_on), len(judged_on)),
        smallest=smallest([critical_at(trial, threshold) for trial in judged_on]),
    )


def critical_at(trial: PeerTrial, threshold: float) -> float | None:
    """A trial's critical slow-down at a threshold, between the thresholds that it was judged at by interpolation.

    None where either neighbour has none, and beyond the last of them.
    """
    below = [pair for pair in trial.criticals if pair[0] <= threshold]
    above = [pair for pair in trial.criticals if pair[0] >= threshold]
    if not below or not above:
        return None
    (low, at_low), (high, at_high) = below[-1], above[0]
    if at_low is None or at_high is None or high == low:
        return at_low if high == low else None
    return at_low + (at_high - at_low) * (threshold - low) / (high - low)
