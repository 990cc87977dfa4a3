"""Records with swept cases, judged as a run would judge them."""

from __future__ import annotations

import msgspec
import numpy as np
from builders import make_record

from harness.judge import judge_run
from harness.judge.curves import judge_curves
from harness.record.schema import Answer, Case, Phase, Record, Sample, Tolerance, Variant

SIZES = [100, 1_000, 10_000, 100_000, 1_000_000]
CROSSING = {"loop": lambda n: 1e-6 * n, "array": lambda n: 5e-4 + 2e-7 * n}
WORKERS = [1, 2, 4, 8]
SCALING = {"one core": lambda _: 1.0, "cluster": lambda n: 2.4 * (1 + 0.1 * (n - 1)) / n}


def swept_cases(laws, values, axis="rows", *, launches=4, sd=0.01, seed=0, answers=None, limit=None, params=None):
    """A case for each value. laws: by variant, seconds by value. answers: by variant, what it answers at each value."""
    random = np.random.default_rng(seed)
    cases = []
    for value in values:
        samples = [
            Sample(launch=launch, block=block, variant=name, calls=1, wall_s=wall, cpu_s=wall, phase=Phase.MEASURED)
            for launch in range(launches)
            for name, law in laws.items()
            for wall in [float(law(value) * np.exp(random.normal(0, sd)))]
            for block in range(2)
        ]
        cases.append(
            Case(
                id=f"sort, {axis}={value}",
                file="benchmarks/sort/curves.py",
                group="sort",
                params={axis: str(value), **(params or {})},
                baseline=next(iter(laws)),
                baseline_stated=True,
                tolerance=Tolerance(rtol=0.0, atol=0.0),
                variants=[_variant(name, axis, value, launches, answers) for name in laws],
                limit_s=[limit(value)] * launches if limit else [],
                samples=samples,
            )
        )
    return cases


def _variant(name, axis, value, launches, answers):
    told = answers(name, value) if answers else 1
    stated = [Answer(launches=list(range(launches)), digest=str(told), value=told)]
    return Variant(
        name=name, nodeid=f"curves.py::test[{name}-{value}]", axis=axis, answers=stated, peak_bytes=[10**8] * launches
    )


def judged(cases, cores=8) -> Record:
    """A record of these cases, with all that the judge says of them."""
    judgements = judge_run(cases, 0.02, lambda _: None)
    record = make_record(*zip(cases, judgements, strict=True), data={})
    return msgspec.structs.replace(record, curves=judge_curves(cases, judgements, cores))


def crossing(**fields) -> Record:
    """Two variants whose order changes at 625 rows."""
    return judged(swept_cases(CROSSING, SIZES, **fields))


def workers(cores=8) -> Record:
    """A cluster against one core."""
    return judged(swept_cases(SCALING, WORKERS, "workers"), cores)
