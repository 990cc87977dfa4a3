"""The same figures in asv and pytest-benchmark, and how long these take to look at them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from harness.calibrate.bench_store.cache import cache_at
from harness.calibrate.bench_store.nights import Night, nights_of
from harness.calibrate.bench_store.records import VARIANTS
from harness.calibrate.bench_store.timing import Timing, timed_command
from harness.environment import create
from harness.record import Store
from harness.record.index import Index

_MACHINE = "machine"
_FIRST_S = 1_451_617_200
_DAY_S = 86_400
_COLUMNS = ["result", "params", "version", "started_at", "duration"]


def peer_timings(
    folder: Path, root: Path, store: Path, cache: Path, timeout_s: float, say: Callable[[str], None]
) -> Iterator[Timing]:
    """`asv publish` and `pytest-benchmark compare` on the same records, in environments of their own.

    folder: scratch. root: the project's folder, which holds the locks. store, cache: the records, and their index.
    Raises HarnessError.
    """
    asv = create("detectors", root, say).python
    bench = create("peers", root, say).python
    say("Writing the same figures for asv and pytest-benchmark")
    project, saved = folder / "asv", folder / "pytest-benchmark"
    with cache_at(cache):
        nights = list(nights_of(Index(Store(store))))
    _write_asv_project(project, nights)
    files = _write_saved(saved, nights)
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    yield timed_command("asv publish", [asv, "-m", "asv", "publish"], project, environ, timeout_s)
    compare = [bench, "-m", "pytest_benchmark", "compare", "--csv=out.csv"]
    yield timed_command(
        "pytest-benchmark compare, two files", [*compare, files[0], files[-1]], saved, environ, timeout_s
    )
    yield timed_command("pytest-benchmark compare, all files", [*compare, "*"], saved, environ, timeout_s)


def _write_asv_project(folder: Path, nights: Sequence[Night]) -> None:
    """A repository with a commit a night, and asv's results of each."""
    folder.mkdir(parents=True)
    commits = _commits(folder, len(nights))
    names = {case: f"suite.{case.rpartition('::')[2].replace(' ', '_')}" for case in nights[0].times}
    (folder / "asv.conf.json").write_text(
        json.dumps({
            "version": 1, "project": "suite", "repo": ".", "branches": ["main"], "environment_type": "existing",
            "results_dir": "results", "html_dir": "html", "pythons": ["3.12"],
        })
    )  # fmt: skip
    machine = folder / "results" / _MACHINE
    machine.mkdir(parents=True)
    about = {
        "machine": _MACHINE,
        "cpu": "AMD EPYC 7B13",
        "os": "Linux",
        "arch": "x86_64",
        "ram": "24 GB",
        "num_cpu": "2",
    }
    (machine / "machine.json").write_text(json.dumps({**about, "version": 1}))
    params = [[repr(variant) for variant in VARIANTS]]
    (folder / "results" / "benchmarks.json").write_text(
        json.dumps(
            {"version": 2}
            | {
                name: {
                    "name": name, "code": "", "param_names": ["variant"], "params": params, "type": "time",
                    "unit": "seconds", "version": "1", "timeout": 60.0,
                }
                for name in names.values()
            }
        )
    )  # fmt: skip
    for number, (night, commit) in enumerate(zip(nights, commits, strict=True)):
        results = {names[case]: [list(times.values()), params, "1", 0, 1.0] for case, times in night.times.items()}
        (machine / f"{commit[:8]}-existing-py3.12.json").write_text(
            json.dumps({
                "commit_hash": commit, "env_name": "existing-py3.12", "date": (_FIRST_S + number * _DAY_S) * 1000,
                "params": {**about, "python": "3.12"}, "python": "3.12", "requirements": {}, "env_vars": {},
                "result_columns": _COLUMNS, "results": results, "durations": {}, "version": 2,
            })
        )  # fmt: skip


def _commits(folder: Path, count: int) -> list[str]:
    """So many commits on main, the first one first."""
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "--quiet", "--initial-branch=main"], check=True)
    stream = "".join(
        f"commit refs/heads/main\ncommitter suite <suite@localhost> {_FIRST_S + night * _DAY_S} +0000\ndata 1\n.\n"
        for night in range(count)
    )
    subprocess.run([*git, "fast-import", "--quiet"], input=stream.encode(), check=True)
    listed = subprocess.run([*git, "rev-list", "--reverse", "main"], check=True, capture_output=True, text=True)
    return listed.stdout.split()


def _write_saved(folder: Path, nights: Sequence[Night]) -> list[str]:
    """A file of saved results a night, where pytest-benchmark looks for them."""
    storage = folder / ".benchmarks" / "Linux-CPython-3.12-64bit"
    storage.mkdir(parents=True)
    files = []
    for number, night in enumerate(nights, 1):
        path = storage / f"{number:05}_night.json"
        path.write_text(json.dumps(_saved(night)))
        files.append(str(path))
    return files


def _saved(night: Night) -> dict[str, object]:
    return {
        "machine_info": {"node": "vm", "python_version": "3.12.4", "cpu": {"brand_raw": "AMD EPYC 7B13"}},
        "commit_info": {"id": night.commit, "dirty": False, "time": night.began},
        "benchmarks": [
            {
                "group": case, "name": f"test_{variant}", "fullname": f"{case}::{variant}", "params": None,
                "param": None, "extra_info": {}, "options": {}, "stats": _stats(median_s),
            }
            for case, times in night.times.items()
            for variant, median_s in times.items()
        ],
        "datetime": night.began,
        "version": "5.0.0",
    }  # fmt: skip


def _stats(median_s: float) -> dict[str, object]:
    """As `--benchmark-save` keeps them: figures, no rounds."""
    same = dict.fromkeys(("min", "max", "mean", "median", "q1", "q3", "ld15iqr", "hd15iqr"), median_s)
    return same | {
        "stddev": 0.0, "iqr": 0.0, "rounds": 30, "iterations": 1, "ops": 1 / median_s, "total": 30 * median_s,
        "iqr_outliers": 0, "stddev_outliers": 0, "outliers": "0;0",
    }  # fmt: skip
