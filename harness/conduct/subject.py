"""The subject's side of a run: how its probes are started."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.conduct.checkout import Checkout
from harness.conduct.probe import Probe, Trace
from harness.conduct.probe_copy import start_script
from harness.conduct.room import Room
from harness.conduct.site import Site
from harness.environment import Command, Guard, spawn
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


class Subject:
    """Starts probes at one site, with the run's cores, threads and scale. room: of the whole run."""

    def __init__(self, site: Site, plan: Plan, *, guard: Guard, room: Room, trace: Trace) -> None:
        self.site = site
        self._plan = plan
        self._guard = guard
        self._room = room
        self._trace = trace
        self._script = start_script()

    def probe(self, name: str, *, hash_seed: int, **settings: Any) -> Probe:
        """Start a probe. settings: see `harness_probe.settings`. Raises HarnessError if it can't be started."""
        folder, room = self.site.folder, self._room
        orders = {**settings, "cores": self._plan.cores, "arrays": str(room.arrays), **_origin(self.site.checkout)}
        command = Command(
            arguments=(str(self._script), json.dumps(orders)),
            settings=_settings(self._plan, hash_seed, room.scratch),
            folder=folder,
            log=room.new_log(),
            reads=(self._script.parent, folder),
            writes=(room.arrays, room.scratch),
            cores=tuple(self._plan.cores),
        )
        return Probe(name, spawn(self.site.realized, command, self._guard), self._trace)


def _origin(made: Checkout | None) -> dict[str, str]:
    """For code that is checked out: where it must not come from instead."""
    return {"checkout": str(made.top), "original": str(made.original)} if made else {}


def _settings(plan: Plan, hash_seed: int, scratch: Path) -> dict[str, str]:
    settings = {
        "PYTHONHASHSEED": str(hash_seed),
        "BENCH_SCALE": plan.scale,
        "TMPDIR": str(scratch),
        # A stopped cluster misses its heartbeats; its scheduler must not take its workers for dead.
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "None",
    }
    return settings | dict.fromkeys(_THREADS, str(plan.threads))
