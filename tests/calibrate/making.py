"""Findings as a calibration would keep them."""

import msgspec
import numpy as np

from harness.calibrate.company import Company
from harness.calibrate.findings import Comparison, Coverage, HarnessTrial, PeerTrial, Sitting

COMPANY = Company(others_cores=0.1, load=1.0, pressure_share=0.05, steal_share=0.0)


def sitting(**fields):
    plain = {
        "id": "cafe0001",
        "began": "2026-11-22T10:00:00+00:00",
        "harness_version": "0.1.0",
        "commit": "0" * 40,
        "machine": {"cpu_model": "Some CPU", "physical_cores": 2, "logical_cores": 4, "memory_gib": 8},
        "machine_digest": "sha256:" + "0" * 64,
        "kernel": "6.1.0",
        "environment": "base",
        "python": "3.12.1",
    }
    return Sitting(**(plain | fields))


def comparison(*launches, different=False):
    blocks = [list(launch) for launch in launches] or [[10, 20, 30], [-10, 0, 10], [5, 5, 5]]
    log_ratio = sum(sum(launch) / len(launch) for launch in blocks) / len(blocks) / 1e4
    return Comparison(log_ratio=log_ratio, different=different, looks=[(len(blocks), 1.0)], launches=blocks)


def trial(number=0, *, different=False, **fields):
    plain = {
        "sitting": "cafe0001",
        "experiment": "same",
        "noise": "hog",
        "budget_s": 4.0,
        "spent_s": 4.1,
        "company": COMPANY,
        "comparisons": {"twin": comparison(different=different)},
        "launch_s": [1.0, 1.1, 1.2],
    }
    return HarnessTrial(number=number, **(plain | fields))


def peer_trial(number=0, *, name="asv", slower=False, **fields):
    plain = {
        "sitting": "cafe0001",
        "experiment": "beside peers",
        "noise": "hog",
        "budget_s": 10.0,
        "spent_s": 15.0,
        "company": COMPANY,
        "peer": name,
        "version": "1.2.3",
        "rule": "its rule",
        "unit": "percent",
        "threshold": 5.0,
        "slower": slower,
        "faster": False,
        "log_ratio": 0.06 if slower else 0.01,
        "measured_s": 9.9,
        "statistic": 6.0 if slower else 1.0,
        "criticals": [(0.0, 0.1), (5.0, 0.2), (10.0, 0.3), (20.0, None)],
    }
    return PeerTrial(number=number, **(plain | fields))


def coverage(launches, fixed=0.95, **fields):
    stopped = {"1": 0.96, "2": 0.97}
    return Coverage(model="normal", launches=launches, trials=1000, seed=1, fixed=fixed, stopped=stopped, **fields)


def calibration(count=12):
    """Findings of all kinds, made up with a seed."""
    chance = np.random.default_rng(1)

    def drawn(launches, shift=0):
        effects = shift + 200 * chance.standard_normal(launches)
        return comparison(*((effect + 50 * chance.standard_normal(4)).astype(int).tolist() for effect in effects))

    numbers = range(count)
    own = [
        trial(number, noise=noise, comparisons={"twin": drawn(4)}, launch_s=[1.0] * 4)
        for noise in ("quiet", "hog")
        for number in numbers
    ]
    powers = [
        trial(
            number,
            experiment="2 % more",
            budget_s=60.0,
            precision=0.005,
            comparisons={"twin": drawn(3), "changed": msgspec.structs.replace(drawn(9, shift=300), different=True)},
            launch_s=[1.5] * 9,
        )
        for number in numbers
    ]
    beside = [
        trial(number, experiment="beside peers", budget_s=10.0, comparisons={"twin": drawn(8)}) for number in numbers
    ]
    peers = [peer_trial(number, name=name, slower=number % 5 == 0) for name in ("asv", "pyperf") for number in numbers]
    return [sitting(), *own, *powers, *beside, *peers, coverage(3), coverage(10, 0.951)]
