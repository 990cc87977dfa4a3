"""Series made of plain values."""

import math
from datetime import date, timedelta

import numpy as np

from harness.record.results import Kind, Measure, Result, Run
from harness.record.series import Point, Series, SeriesKey

FIRST = date(2026, 1, 1)


def make_run(night, cpu="cpu", commit=None, anchors=(1,), compared=1, software="software"):
    day = str(FIRST + timedelta(days=night))
    return Run(
        id=f"run-{night:05}",
        kind=Kind.NIGHT,
        began=f"{day}T02:00:00+00:00",
        ended=f"{day}T02:10:00+00:00",
        measured_s=600.0,
        scale="nightly",
        night=day,
        anchors=list(anchors),
        address="newest:HEAD",
        python="3.11.7",
        commit=commit or f"{night:040x}",
        dirty=False,
        code_digest="code",
        software_digest=software,
        lock_digest=None,
        machine_digest="machine",
        cpu_model=cpu,
        drifted=False,
        verdicts={"inconclusive": compared},
    )


def make_result(ratio, anchor=1, of=None, spread=0.003, measure=Measure.ANCHOR, **more):
    launches = [] if ratio is None else [ratio * math.exp(spread * each) for each in (-1.2, -0.5, 0.0, 0.4, 1.3)]
    given = {"verdict": "inconclusive", "agreement": "agree"} | more
    return Result(
        run="run",
        case="suite::case",
        variant="cached",
        measure=measure,
        against="base",
        anchor=anchor if measure is Measure.ANCHOR else None,
        of=of,
        ratio=ratio,
        low=None if ratio is None else ratio * math.exp(-1.2 * spread),
        high=None if ratio is None else ratio * math.exp(1.2 * spread),
        launches=len(launches),
        launch_ratios=launches,
        **given,
    )


def make_series(logs, cpu="cpu", measure=Measure.ANCHOR, nights=None, **more):
    """One point for each logarithm; None where nothing was measured."""
    nights = range(len(logs)) if nights is None else nights
    points = [
        Point(
            run=make_run(night, cpu=cpu),
            result=make_result(None if log is None else math.exp(log), measure=measure, **more),
        )
        for night, log in zip(nights, logs, strict=True)
    ]
    return of_points(points, cpu, measure)


def of_points(points, cpu="cpu", measure=Measure.ANCHOR):
    key = SeriesKey(case="suite::case", variant="cached", measure=measure, against="", scale="nightly", cpu_model=cpu)
    return Series(key=key, points=points)


def noise(seed, nights, night_sd=0.01):
    return np.random.default_rng(seed).normal(0.0, night_sd, nights)
