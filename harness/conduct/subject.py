"""The subject's side of a run: how its probes are started."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.conduct.checkout import Checkout
from harness.conduct.layout import padding
from harness.conduct.probe import Probe, Trace
from harness.conduct.probe_copy import start_script
from harness.conduct.room import Room
from harness.conduct.site import Site
from harness.environment import Command, Guard, spawn
from harness.machine.thread_settings import THREAD_SETTINGS
from harness.record.schema import Plan
from harness_probe.software import settings as recorded_settings


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
            # Of its own for a twin too: it is there to show what differs between two processes of one code.
            settings=_settings(self._plan, hash_seed, room.scratch) | padding(f"{hash_seed} {name}"),
            folder=folder,
            log=room.new_log(),
            reads=(
                self._script.parent,
                *_sources(folder, self.site.paths(self._plan.paths)),
                *map(Path, _data(os.environ).values()),
            ),
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
    # What is recorded of this machine's variables holds in a container too, which gets none of the others.
    here = recorded_settings(os.environ)
    return here | _data(os.environ) | settings | dict.fromkeys(THREAD_SETTINGS, str(plan.threads))


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
