"""The subject's side of a run: how its probes are started."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.conduct.probe import Probe, Trace
from harness.conduct.probe_copy import start_script
from harness.environment import Realized
from harness.environment.process import Guard, spawn
from harness.failure import HarnessError
from harness.record.schema import Plan

# One thread pool for each of the number libraries in use; all variants get the same number of threads.
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
# What an outer pytest or coverage run says to its own processes.
_NOT_FOR_PROBES = ("PYTEST_", "COV_CORE_", "COVERAGE_PROCESS")


class Subject:
    """Starts probes in one realized environment, with the run's cores, threads and scale.

    folder: where the user stands. room: a private folder for logs and arrays of this run. scratch: one for the
    suite's temporary files, with a short path, because sockets may be put there.
    """

    def __init__(
        self, realized: Realized, plan: Plan, *, guard: Guard, folder: Path, room: Path, scratch: Path, trace: Trace
    ) -> None:
        self._realized = realized
        self._plan = plan
        self._guard = guard
        self._folder = folder
        self._trace = trace
        self._script = start_script()
        self.arrays = room / "arrays"
        self._logs = room / "logs"
        self._scratch = scratch
        self._started = 0
        try:
            for made in (self.arrays, self._logs, self._scratch):
                made.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HarnessError(f"{room}: cannot be written: {error.strerror}.") from error

    def probe(self, name: str, *, hash_seed: int, **settings: Any) -> Probe:
        """Start a probe. settings: see `harness_probe.settings`. Raises HarnessError if it can't be started."""
        self._started += 1
        orders = {**settings, "cores": self._plan.cores, "parent": os.getpid(), "arrays": str(self.arrays)}
        argv = [self._realized.python, str(self._script), json.dumps(orders)]
        environ = _environ(os.environ, self._realized, self._plan, hash_seed, self._scratch)
        log = self._logs / f"{self._started}.log"
        try:
            process = spawn(argv, guard=self._guard, environ=environ, folder=self._folder, log=log)
        except OSError as error:
            message = f"{self._realized.python}: a probe could not be started: {error.strerror}."
            raise HarnessError(message) from error
        return Probe(name, process, self._trace)


def _environ(outer: Mapping[str, str], realized: Realized, plan: Plan, hash_seed: int, scratch: Path) -> dict[str, str]:
    environ = {name: value for name, value in outer.items() if not name.startswith(_NOT_FOR_PROBES)}
    programs = str(Path(realized.python).parent)
    environ |= {
        "PATH": os.pathsep.join([programs, environ.get("PATH", os.defpath)]),
        "PYTHONHASHSEED": str(hash_seed),
        "BENCH_SCALE": plan.scale,
        "TMPDIR": str(scratch),
        # A stopped cluster misses its heartbeats; its scheduler must not take its workers for dead.
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "None",
    }
    return environ | dict.fromkeys(_THREADS, str(plan.threads))
