"""A record as pytest-benchmark's JSON, for `pytest-benchmark compare` and whatever else reads it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from harness.failure import HarnessError
from harness.judge.rounds import round_figures
from harness.record.schema import Case, Phase, Record, Variant

_FORMAT = "5.0.0"


def pytest_benchmark_json(record: Record) -> dict[str, Any]:
    """The document: a benchmark for each variant that was measured, a round for each turn. Twins are left out.

    Raises HarnessError for a record that holds no turns.
    """
    shared = Counter(variant.nodeid for case in record.cases for variant in case.variants if variant.twin_of is None)
    benchmarks = [
        found
        for case in record.cases
        for variant in case.variants
        if variant.twin_of is None and (found := _benchmark(record, case, variant, shared[variant.nodeid] > 1))
    ]
    if not benchmarks:
        raise HarnessError(f"{record.id} holds no measured turns, so there are no rounds to export.")
    machine, code = record.fingerprint.machine, record.fingerprint.code
    return {
        "machine_info": {
            "node": record.fingerprint.machine_digest[:12],
            "system": machine.get("system", ""),
            "machine": machine.get("architecture", ""),
            "python_implementation": "CPython",
            "python_version": record.environment.python,
            "cpu": {"brand_raw": machine.get("cpu_model", "unknown"), "count": machine.get("logical_cores")},
        },
        "commit_info": {
            "id": code.get("commit") or "unversioned",
            "dirty": bool(code.get("dirty")),
            "time": record.began,
        },
        "benchmarks": benchmarks,
        "datetime": record.began,
        "version": _FORMAT,
    }


def _benchmark(record: Record, case: Case, variant: Variant, is_shared: bool) -> dict[str, Any] | None:
    """One variant. is_shared: the same test ran in several environments, so that its name doesn't tell which."""
    rounds_s = [
        sample.wall_s / sample.calls
        for sample in case.samples
        if sample.variant == variant.name and sample.phase is Phase.MEASURED
    ]
    if not rounds_s:
        return None
    where = f" ({record.environments[variant.environment].address})" if is_shared else ""
    name = variant.nodeid.rpartition("::")[2]
    return {
        "group": case.group,
        "name": name + where,
        "fullname": variant.nodeid + where,
        "params": dict(case.params) or None,
        "param": None,
        "extra_info": {"record": record.id, "case": case.id, "variant": variant.name},
        "options": {"disable_gc": False, "timer": "perf_counter", "warmup": False},
        "stats": round_figures(rounds_s) | {"data": rounds_s},
    }
