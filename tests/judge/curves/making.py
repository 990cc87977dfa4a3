"""Swept cases with known laws of growth."""

from __future__ import annotations

import numpy as np

from harness.judge.curves.line import Points

from ..making import a_case, a_sample, a_variant

SIZES = [100, 1_000, 10_000, 100_000, 1_000_000]


def swept(laws, values=SIZES, *, axis="rows", launches=4, blocks=3, sd=0.01, drift_sd=0.0, seed=0, **fields):
    """A case for each value. laws: by variant, seconds as a function of the value; the first is the baseline.

    sd: of each variant's launches, drift_sd: of what a launch does to all variants alike; both on the logs.
    """
    random = np.random.default_rng(seed)
    return [
        one(
            value,
            laws,
            axis,
            launches if isinstance(launches, int) else launches[place],
            blocks,
            sd,
            drift_sd,
            random,
            **fields,
        )
        for place, value in enumerate(values)
    ]


def one(value, laws, axis, launches, blocks, sd, drift_sd, random, **fields):
    samples = []
    for launch in range(launches):
        together = random.normal(0, drift_sd)
        for name, law in laws.items():
            wall_s = law(value) * np.exp(together + random.normal(0, sd))
            samples += [a_sample(name, float(wall_s), launch=launch, block=block) for block in range(blocks)]
    plain = {"id": f"sort, {axis}={value}", "params": {axis: str(value)}, "numbers": {axis: float(value)}}
    variants = fields.pop("variants", [a_variant(name, axis=axis) for name in laws])
    return a_case(variants, samples, next(iter(laws)), **{**plain, **fields})


def points(values, means, launches=4, sd=0.01, seed=0):
    """Points with these true means of logarithms. launches, sd: of all, or of each."""
    random = np.random.default_rng(seed)
    counts = np.broadcast_to(launches, len(values))
    sds = np.broadcast_to(sd, len(values))
    drawn = [random.normal(mean, each, count) for mean, each, count in zip(means, sds, counts, strict=True)]
    return Points(np.log(np.array(values, dtype=float)), drawn)
