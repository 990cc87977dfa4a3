"""Findings as a calibration would keep them."""

from harness.calibrate.company import Company
from harness.calibrate.findings import Comparison, HarnessTrial, Sitting

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
    return Comparison(log_ratio=log_ratio, different=different, launches=blocks)


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
