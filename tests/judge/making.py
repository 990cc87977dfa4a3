"""Made-up cases with known ratios."""

import numpy as np

from harness.record.schema import Case, Phase, Sample, Tolerance, Variant


def a_sample(variant, wall_s, launch=0, block=0, *, calls=1, phase=Phase.MEASURED, cpu_s=None):
    return Sample(
        launch=launch,
        block=block,
        variant=variant,
        calls=calls,
        wall_s=wall_s,
        cpu_s=wall_s if cpu_s is None else cpu_s,
        phase=phase,
    )


def a_variant(name, **fields):
    return Variant(name=name, nodeid=f"test_it.py::test_it[{name}]", **fields)


def a_case(variants, samples=(), baseline="naive", **fields):
    stated = {"id": "grid", "file": "test_it.py", "group": "grid", "params": {}, "baseline_stated": True}
    stated |= {"tolerance": Tolerance(rtol=1e-6, atol=0.0)}
    return Case(baseline=baseline, variants=list(variants), samples=list(samples), **(stated | fields))


def noisy_samples(ratios, launches=5, blocks=10, *, launch_sd=0.0, block_sd=0.0, seed=0, seconds=0.1):
    """Samples of variants whose true times are seconds x ratio, with normal launch and block effects on the logs."""
    random = np.random.default_rng(seed)
    samples = []
    for launch in range(launches):
        effects = {name: random.normal(0, launch_sd / np.sqrt(2)) for name in ratios}
        for block in range(blocks):
            for name, ratio in ratios.items():
                wall_s = seconds * ratio * np.exp(effects[name] + random.normal(0, block_sd / np.sqrt(2)))
                samples.append(a_sample(name, float(wall_s), launch=launch, block=block))
    return samples


def no_array(file):
    return None
