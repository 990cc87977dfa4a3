"""From findings to the figures of a calibration's page. Nothing here is measured, and nothing else is printed there."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import numpy as np

from harness.calibrate.contenders import contenders
from harness.calibrate.demands import demands
from harness.calibrate.experiments import CHANGED, EXPERIMENTS, TWIN, is_as_planned
from harness.calibrate.findings import PRECISION, Coverage, Findings, HarnessTrial, PeerTrial, Sitting, read
from harness.calibrate.noise import MEANINGS, NOISES
from harness.calibrate.resampling import Pool, affordable, carried_over, pool, simulate
from harness.calibrate.tally import able, alarms, most_alarms, share
from harness.calibrate.turning import as_many, chance_of_alarm
from harness.failure import HarnessError
from harness.judge import launch_interval
from harness.report.calibration.figures import (
    Alarms,
    Calibration,
    Covered,
    Machine,
    Place,
    Power,
    Recorded,
    Resampled,
    Simulation,
    Surroundings,
)

# Of a normal distribution with a standard deviation of 1.
_NORMAL_QUARTILES_APART = 1.349
SHORT, LONG = "same", "2 % more"
# Changes from 0.25 to 64 %, eight to the doubling.
_CHANGES = tuple(0.0025 * 2 ** (step / 8) for step in range(65))

AnyTrial = HarnessTrial | PeerTrial
_Made = TypeVar("_Made", HarnessTrial, PeerTrial)


def summary(paths: Sequence[Path]) -> Calibration:
    """The figures of what some files have. Raises HarnessError for none.

    A trial is held against nothing but its own launches, so those of several machines count together, and how many
    each has made is told. Tools are compared beside the same noise: of those trials only one machine's count.
    """
    findings = read(paths)
    if not findings.sittings or not findings.harness:
        raise HarnessError(
            f"{', '.join(map(str, paths))}: there are no trials to report. Make some with `harness calibrate verdicts`."
        )
    planned = [trial for trial in findings.harness if trial.fixed_launches is None and is_as_planned(trial)]
    machines = {sitting.id: sitting.machine_digest for sitting in findings.sittings}
    peers_by_machine = Counter(machines.get(trial.sitting) for trial in findings.peers)
    there = max(peers_by_machine, key=peers_by_machine.__getitem__, default=None)
    own = _of_one_plan(
        [
            trial
            for trial in planned
            if not EXPERIMENTS[trial.experiment].peers or not findings.peers or machines.get(trial.sitting) == there
        ]
    )
    peers = _of_one_plan([trial for trial in findings.peers if machines.get(trial.sitting) == there])
    alarms = [
        _alarms(name, noise, trials)
        for name, experiment in EXPERIMENTS.items()
        if not experiment.peers
        for noise in NOISES
        if (trials := _beside(noise, own, name))
    ]
    resampled = [
        _resampled(noise, short, made[0].budget_s, own)
        for noise in NOISES
        if (short := pool(made := _beside(noise, own, SHORT)))
    ]
    powers = _powers(own)
    beside = contenders(_all_of(own, "beside peers"), peers)
    covered = _covered(findings.coverage)
    return Calibration(
        files=[path.name for path in paths],
        left_out=len(findings.harness) + len(findings.peers) - len(own) - len(peers),
        place=_place(findings, machines, [*own, *peers]),
        surroundings=[_surroundings(noise, [*own, *peers]) for noise in NOISES if _any_beside(noise, [*own, *peers])],
        alarms=alarms,
        resampled=resampled,
        powers=powers,
        contenders=beside,
        coverage=covered,
        demands=demands(alarms, resampled, powers, beside, covered),
    )


def _of_one_plan(trials: Sequence[_Made]) -> list[_Made]:
    """The trials of each experiment with the budget that most of them had: others are another calibration."""
    kept: list[_Made] = []
    for name in EXPERIMENTS:
        mine = [trial for trial in trials if trial.experiment == name]
        if mine:
            usual_s = Counter(trial.budget_s for trial in mine).most_common(1)[0][0]
            kept += [trial for trial in mine if trial.budget_s == usual_s]
    # The page must not depend on the order of files.
    return sorted(kept, key=lambda trial: (trial.experiment, trial.noise, trial.number, trial.sitting, trial.spent_s))


def _all_of(trials: Sequence[HarnessTrial], experiment: str) -> list[HarnessTrial]:
    return [trial for trial in trials if trial.experiment == experiment]


def _beside(noise: str, trials: Sequence[HarnessTrial], *experiments: str) -> list[HarnessTrial]:
    return [trial for trial in trials if trial.noise == noise and trial.experiment in experiments]


def _any_beside(noise: str, trials: Sequence[AnyTrial]) -> bool:
    return any(trial.noise == noise for trial in trials)


def _place(findings: Findings, machines: Mapping[str, str], trials: Sequence[AnyTrial]) -> Place:
    """machines: their digests, by sitting."""
    sittings = sorted(findings.sittings, key=lambda sitting: sitting.began)
    return Place(
        machines=_machines(sittings, machines, trials),
        kernels=_distinct(sittings, lambda sitting: sitting.kernel or "unknown"),
        pythons=_distinct(sittings, lambda sitting: sitting.python),
        environments=_distinct(sittings, lambda sitting: sitting.environment),
        commits=_distinct(sittings, lambda sitting: (sitting.commit or "unknown")[:9]),
        first=sittings[0].began[:10],
        last=sittings[-1].began[:10],
        trials=len(trials),
    )


def _machines(sittings: Sequence[Sitting], digests: Mapping[str, str], trials: Sequence[AnyTrial]) -> list[Machine]:
    """Those that have trials, in the order in which they were first sat at."""
    used = {digests.get(trial.sitting) for trial in trials}
    facts = {each.machine_digest: dict(_flat(each.machine)) for each in sittings if each.machine_digest in used}
    names = {name for here in facts.values() for name in here}
    apart = [name for name in sorted(names) if len({str(here.get(name)) for here in facts.values()}) > 1]
    return [
        Machine(
            cpu_model=here.get("cpu_model") or "unknown",
            physical_cores=here.get("physical_cores"),
            logical_cores=here.get("logical_cores"),
            memory_gib=here.get("memory_gib"),
            others={name: str(here.get(name)) for name in apart},
            trials=_counted([trial for trial in trials if digests.get(trial.sitting) == digest]),
        )
        for digest, here in facts.items()
    ]


def _counted(trials: Sequence[AnyTrial]) -> dict[str, dict[str, int]]:
    """How many there are, by experiment and noise."""
    return {name: Counter(each.noise for each in trials if each.experiment == name) for name in EXPERIMENTS}


def _flat(facts: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value


def _distinct(sittings: Sequence[Sitting], of: Callable[[Sitting], str]) -> list[str]:
    return list(dict.fromkeys(map(of, sittings)))


def _surroundings(noise: str, trials: Sequence[AnyTrial]) -> Surroundings:
    company = [trial.company for trial in trials if trial.noise == noise]
    others = [each.others_cores for each in company if each.others_cores is not None]
    return Surroundings(
        noise=noise,
        meaning=MEANINGS[noise],
        trials=len(company),
        others_cores=_median(others),
        others_cores_p90=float(np.percentile(others, 90)) if others else None,
        load=_median([each.load for each in company if each.load is not None]),
        pressure_share=_median([each.pressure_share for each in company if each.pressure_share is not None]),
    )


def _median(values: Sequence[float]) -> float | None:
    return float(median(values)) if values else None


def _alarms(experiment: str, noise: str, trials: Sequence[HarnessTrial]) -> Alarms:
    found = alarms(trials, TWIN)
    chances = [chance_of_alarm(trial) for trial in able(trials, TWIN)]
    return Alarms(
        experiment=experiment,
        noise=noise,
        budget_s=trials[0].budget_s,
        share=found,
        allowed=most_alarms(found.trials),
        launches=_typical_launches(trials, TWIN),
        early=sum(_stopped_early(trial) for trial in trials),
        turned=float(np.mean(chances)) if chances else 0.0,
        as_many=as_many(found.count, chances),
    )


def _typical_launches(trials: Sequence[HarnessTrial], comparison: str) -> float:
    counts = [len(trial.comparisons[comparison].launches) for trial in trials if comparison in trial.comparisons]
    return float(median(counts)) if counts else 0.0


def _stopped_early(trial: HarnessTrial) -> bool:
    looks = trial.comparisons[TWIN].looks if TWIN in trial.comparisons else []
    return bool(looks) and looks[-1][1] < 1


def _resampled(noise: str, short: Pool, short_s: float, trials: Sequence[HarnessTrial]) -> Resampled:
    """The short plan from short trials; the long one from trials as long, where there are some, with as many blocks."""
    long = pool(_beside(noise, trials, LONG), CHANGED)
    recorded = _recorded(SHORT, short)
    return Resampled(
        noise=noise,
        plans=[
            _simulated(noise, short, recorded, short_s, PRECISION),
            _simulated(
                noise,
                long or short,
                _recorded(LONG, long) if long else recorded,
                EXPERIMENTS[LONG].budget_s,
                EXPERIMENTS[LONG].precision,
            ),
        ],
    )


def _recorded(experiment: str, found: Pool) -> Recorded:
    """What a pool is made of. That of code that was changed has no bias that could be told from the change."""
    interval = launch_interval(found.launches)
    bias = (float(np.mean(found.launches)), math.log(interval.low), math.log(interval.high))
    return Recorded(
        experiment=experiment,
        launches=int(found.launches.size),
        sd=float(np.std(found.launches, ddof=1)),
        middle_sd=float(np.subtract(*np.percentile(found.launches, (75, 25)))) / _NORMAL_QUARTILES_APART,
        bias=bias if EXPERIMENTS[experiment].change is None else None,
        carried_over=carried_over(found),
    )


def _simulated(noise: str, found: Pool, recorded: Recorded, budget_s: float, precision: float) -> Simulation:
    launches = affordable(found, budget_s)
    runs = simulate(found, launches, precision, _seed(noise, budget_s))
    smallest = runs.smallest()
    return Simulation(
        recorded=recorded,
        budget_s=budget_s,
        launches=launches,
        alarms=share(runs.alarms, runs.trials),
        smallest=smallest if math.isfinite(smallest) else None,
        powers=[(change, runs.seen(change)) for change in _CHANGES],
    )


def _powers(trials: Sequence[HarnessTrial]) -> list[Power]:
    found = []
    for name, experiment in EXPERIMENTS.items():
        for noise in NOISES:
            mine = _beside(noise, trials, name)
            if mine and experiment.change is not None:
                found.append(_power(name, noise, experiment.change, mine))
    return found


def _power(name: str, noise: str, change: float, trials: Sequence[HarnessTrial]) -> Power:
    made = [trial.comparisons[CHANGED] for trial in trials if CHANGED in trial.comparisons]
    recorded = pool(trials, CHANGED)
    resampled = None
    if recorded is not None:
        launches = affordable(recorded, trials[0].budget_s)
        resampled = simulate(recorded, launches, EXPERIMENTS[name].precision, _seed(name, noise)).seen(change)
    return Power(
        experiment=name,
        noise=noise,
        change=change,
        budget_s=trials[0].budget_s,
        share=share(sum(each.different and (each.log_ratio or 0) > 0 for each in made), len(made)),
        launches=_typical_launches(trials, CHANGED),
        resampled=resampled,
    )


def _covered(found: Sequence[Coverage]) -> list[Covered]:
    """By model; of a model and number of launches that was simulated twice, the last."""
    latest = {(each.model, each.launches): each for each in found}
    by_model = groupby(latest.values(), key=lambda each: each.model)
    return [_of_model(model, sorted(rows, key=lambda each: each.launches)) for model, rows in by_model]


def _of_model(model: str, rows: list[Coverage]) -> Covered:
    return Covered(
        model=model,
        trials=rows[0].trials,
        launches=[row.launches for row in rows],
        fixed=[row.fixed for row in rows],
        stopped={ratio: [row.stopped[ratio] for row in rows] for ratio in rows[0].stopped},
    )


def _seed(*what: object) -> int:
    return zlib.crc32(" ".join(map(str, what)).encode())
