"""The subject's side of a run: how its probes are started."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.conduct.probe import Probe, Trace
from harness.conduct.probe_copy import start_script
from harness.environment import Command, Guard, Realized, spawn
from harness.failure import HarnessError
from harness.record.schema import Plan
from harness_probe.software import settings as recorded_settings

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
        self.folder = folder
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
        orders = {**settings, "cores": self._plan.cores, "arrays": str(self.arrays)}
        command = Command(
            arguments=(str(self._script), json.dumps(orders)),
            settings=_settings(self._plan, hash_seed, self._scratch),
            folder=self.folder,
            log=self._logs / f"{self._started}.log",
            reads=(
                self._script.parent,
                *_sources(self.folder, self._plan.paths),
                *map(Path, _data(os.environ).values()),
            ),
            writes=(self.arrays, self._scratch),
            cores=tuple(self._plan.cores),
        )
        return Probe(name, spawn(self._realized, command, self._guard), self._trace)


def _settings(plan: Plan, hash_seed: int, scratch: Path) -> dict[str, str]:
    settings = {
        "PYTHONHASHSEED": str(hash_seed),
        "BENCH_SCALE": plan.scale,
        "TMPDIR": str(scratch),
        # A stopped cluster misses its heartbeats; its scheduler must not take its workers for dead.
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "None",
    }
    # What is recorded of this machine's variables holds in a container too, which gets none of the others.
    here = recorded_settings(os.environ)
    return here | _data(os.environ) | settings | dict.fromkeys(_THREADS, str(plan.threads))


def _sources(folder: Path, paths: Sequence[str]) -> list[Path]:
    """The checkouts that the suites lie in: pytest looks for its settings above them."""
    suites = [Path(os.path.abspath(folder / path.partition("::")[0])) for path in paths]  # noqa: PTH100
    found = [_checkout(folder), *(_checkout(suite if suite.is_dir() else suite.parent) for suite in suites)]
    return list(dict.fromkeys(found))


def _checkout(folder: Path) -> Path:
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def _data(environ: Mapping[str, str]) -> dict[str, str]:
    """The folder with scikit-learn's data sets, if there is one: suites look into it, wherever they run."""
    folder = Path(environ.get("SCIKIT_LEARN_DATA") or "~/scikit_learn_data").expanduser()
    return {"SCIKIT_LEARN_DATA": str(folder.absolute())} if folder.is_dir() else {}
