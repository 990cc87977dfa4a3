"""What a detector finds in some series of a kind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from harness.calibrate.findings import Pool, SeriesTrials
from harness.calibrate.history.detectors import shown, told
from harness.calibrate.history.kinds import NEAR, NIGHTS, STEP_AT, WITHIN, Kind, Nights
from harness.judge.history.window import MAD_TO_SD

# So often a flat series is looked at while it grows.
EVERY = 20
Find = Callable[[Sequence[Nights]], list[list[int]]]


def by_harness(kind: Kind, seed: int, numbers: range) -> SeriesTrials:
    """What the harness tells of series of a kind."""
    series = [kind.series(seed, number) for number in numbers]
    trials = trials_of("harness", "", kind, seed, numbers, lambda some: [shown(nights) for nights in some])
    before = STEP_AT if kind.step else NIGHTS
    every_night = sum(any(alarm.seen < before for alarm in told(nights)) for nights in series)
    return msgspec.structs.replace(trials, every_night=every_night)


def pool_of(kind: Kind) -> Pool | None:
    """What series of a kind are drawn from; None for what is made up."""
    trials = kind.noise.trials
    if trials is None:
        return None
    away = np.abs(trials.logs - np.median(trials.logs))
    return Pool(
        digest=hashlib.sha256(trials.logs.tobytes() + trials.launch.tobytes()).hexdigest()[:12],
        trials=trials.logs.size,
        sd=float(np.std(trials.logs, ddof=1)),
        usual_sd=float(MAD_TO_SD * np.median(away)),
        told=len(told(trials)),
    )


def trials_of(detector: str, version: str, kind: Kind, seed: int, numbers: range, find: Find) -> SeriesTrials:
    """What a detector finds in series of a kind. find: the change points in each of some series.

    A flat series is looked at when it has 20, 40, 60, 80 and 100 nights; one with a step when the step has 3 and 7. A
    step is found if a change point lies within two nights of it.
    """
    series = [kind.series(seed, number) for number in numbers]
    lengths = [STEP_AT + nights for nights in WITHIN] if kind.step else list(range(EVERY, NIGHTS + 1, EVERY))
    looks = [find([nights.first(length) for nights in series]) for length in lengths]
    found = SeriesTrials(
        detector=detector, version=version, kind=kind.name, seed=seed, first=numbers.start, trials=len(numbers),
        pool=pool_of(kind),
    )  # fmt: skip
    if not kind.step:
        return msgspec.structs.replace(
            found,
            at_the_end=sum(map(bool, looks[-1])),
            at_any_look=sum(any(each[number] for each in looks) for number in range(len(series))),
        )
    hits = [sum(any(abs(at - STEP_AT) <= NEAR for at in places) for places in look) for look in looks]
    return msgspec.structs.replace(found, within=dict(zip(map(str, WITHIN), hits, strict=True)))
