"""What the harness's verdicts are held to, and whether they hold it."""

from __future__ import annotations

from collections.abc import Sequence

from harness.calibrate.agenda import HARNESS
from harness.calibrate.coverage import FIXED_MAY, STOPPED_MAY
from harness.calibrate.experiments import EXPERIMENTS
from harness.report.calibration.figures import Alarms, Contender, Covered, Demand, Power, Resampled

SIMULATED_ALARMS = 0.055
POWER = 0.8
FRACTION_OF_PEERS = 0.2


def demands(
    alarms: Sequence[Alarms],
    resampled: Sequence[Resampled],
    powers: Sequence[Power],
    beside: Sequence[Contender],
    covered: Sequence[Covered],
) -> list[Demand]:
    """Each demand with what came out. The lists are those of a calibration's figures."""
    return [
        _real_alarms(alarms),
        _simulated_alarms(resampled),
        *(_power(power) for power in powers),
        _fixed(covered),
        _stopped(covered),
        *_against_peers(beside),
    ]


def _real_alarms(made: Sequence[Alarms]) -> Demand:
    alarms = [each for each in made if each.experiment == "same"]
    found = ", ".join(f"{each.noise} {each.share.count} of {each.share.trials}" for each in alarms)
    return Demand(
        demand="false alarms of real trials, in each noise: no more than 5 % explain (24 of 300)",
        found=found or "not measured",
        met=_decided(all(each.share.count <= each.allowed for each in alarms), _all_made(alarms)),
    )


def _all_made(alarms: Sequence[Alarms]) -> bool:
    """Whether each noise has as many trials as are wanted: fewer may show that a demand isn't met, never that it is."""
    wanted = EXPERIMENTS["same"]
    made = {each.noise: each.share.trials for each in alarms}
    return all(made.get(noise, 0) >= wanted.trials for noise in wanted.noises)


def _decided(holds: bool, complete: bool) -> bool | None:
    """What is known of a demand: nothing, as long as it holds and not all is measured."""
    return holds if complete or not holds else None


def _simulated_alarms(resampled: Sequence[Resampled]) -> Demand:
    plans = [(each.noise, plan) for each in resampled for plan in each.plans]
    found = ", ".join(f"{noise} {100 * plan.alarms.estimate:.1f} % ({plan.budget_s:g} s)" for noise, plan in plans)
    return Demand(
        demand="false alarms of 10,000 simulated trials, in each noise: at most 5.5 %",
        found=found or "not measured",
        met=_decided(
            all(plan.alarms.estimate <= SIMULATED_ALARMS for _, plan in plans),
            {noise for noise, _ in plans} >= set(EXPERIMENTS["same"].noises),
        ),
    )


def _power(power: Power) -> Demand:
    wanted = EXPERIMENTS[power.experiment].trials
    simulated = "" if power.resampled is None else f"; {100 * power.resampled:.0f} % of simulated ones"
    shares = [power.share.estimate, *([] if power.resampled is None else [power.resampled])]
    return Demand(
        demand=f"{power.experiment}, beside {power.noise}, in {power.budget_s:g} s: seen in at least 80 % of trials",
        found=f"{power.share.count} of {power.share.trials} real trials{simulated}",
        met=all(each >= POWER for each in shares) if power.share.trials >= wanted else None,
    )


def _fixed(covered: Sequence[Covered]) -> Demand:
    shares = [share for each in covered for share in each.fixed]
    low, high = FIXED_MAY
    return Demand(
        demand="coverage of the interval of a fixed plan, in simulation: 94 to 97 %",
        found=f"{100 * min(shares):.1f} to {100 * max(shares):.1f} %" if shares else "not simulated",
        met=all(low <= share <= high for share in shares) if shares else None,
    )


def _stopped(covered: Sequence[Covered]) -> Demand:
    shares = [share for each in covered for row in each.stopped.values() for share in row]
    return Demand(
        demand="coverage of the interval of a plan that may stop early, in simulation: at least 94 %",
        found=f"{100 * min(shares):.1f} to {100 * max(shares):.1f} %" if shares else "not simulated",
        met=min(shares) >= STOPPED_MAY if shares else None,
    )


def _against_peers(beside: Sequence[Contender]) -> list[Demand]:
    """In the noisy conditions: a fifth of the best peer's smallest change, whatever its rule."""
    found = []
    for noise in dict.fromkeys(each.noise for each in beside if each.noise != "quiet"):
        here = [each for each in beside if each.noise == noise]
        ours = next((each.default.smallest.estimate for each in here if each.tool == HARNESS), None)
        best = best_peer(here)
        if ours is None or best is None:
            continue
        name, change = best
        found.append(
            Demand(
                demand=f"smallest change seen beside {noise}: a fifth of the best honest peer's (the goal)",
                found=f"{100 * ours:.1f} %, {ours / change:.2f} of {name}'s {100 * change:.1f} %",
                met=ours <= FRACTION_OF_PEERS * change,
            )
        )
    return found


def best_peer(here: Sequence[Contender]) -> tuple[str, float] | None:
    """The peer with the smallest change seen, of those rules whose false alarms 5 % may explain.

    A rule that calls identical code different all the time sees every change, and says nothing.
    """
    candidates = [
        (f"{each.tool}, {word}", rule.smallest.estimate)
        for each in here
        if each.tool != HARNESS
        for word, rule in (("default", each.default), ("tuned", each.tuned))
        if rule is not None and rule.alarms.low <= 0.05 and rule.smallest.estimate is not None
    ]
    return min(candidates, key=lambda pair: pair[1], default=None)
