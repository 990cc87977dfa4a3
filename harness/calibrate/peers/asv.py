"""asv: `continuous` over two commits of a small project, in a git repository made for it."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.calibrate.peers import work
from harness.calibrate.peers.commands import Done, run
from harness.calibrate.peers.place import ENVIRONMENT, Place
from harness.calibrate.peers.trial import Measured
from harness.environment import mirror, parse_address
from harness.failure import HarnessError

# asv's own defaults: so many rounds, each with so much warm-up.
_ROUNDS, _WARMUP_S = 2, 0.1
_MACHINE = "peers"
_WHEELS, _PROJECT, _RESULTS = "asv-wheels", "asv-project", "results"
_MAKING_TIMEOUT_S = 300.0
_PYPROJECT = f"""\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "{work.MODULE}"
version = "1.0"

[tool.setuptools]
py-modules = ["{work.MODULE}"]
"""
_BENCHMARK = f"""\
from {work.MODULE} import {work.FUNCTION}


def time_work():
    {work.FUNCTION}()
"""
_DECREASED, _INCREASED, _UNCHANGED = "PERFORMANCE DECREASED", "PERFORMANCE INCREASED", "NOT SIGNIFICANTLY CHANGED"


def missing() -> str | None:
    """What to do where git isn't installed, without which asv has no commits; None where it is."""
    return None if shutil.which("git") else "asv needs git, which isn't installed here."


def command(place: Place, measuring_s: float) -> list[str]:
    """Its two rounds over both commits, each for a quarter of the time, warm-up included."""
    sampling_s = max(0.0, measuring_s / (2 * _ROUNDS) - _WARMUP_S)
    return [
        place.python, "-m", "asv", "continuous", "HEAD~1", "HEAD", f"--machine={_MACHINE}",
        "--attribute", f"repeat=(2,1000000,{sampling_s:g})",
    ]  # fmt: skip


def measure(place: Place, folder: Path, measuring_s: float, extra: float) -> Measured:
    """Two commits, in turns; what asv builds is kept beside `folder` for the next trial. Raises HarnessError."""
    if reason := missing():
        raise HarnessError(reason)
    project = _project(place, folder, extra)
    shutil.rmtree(project / _RESULTS, ignore_errors=True)
    began = time.monotonic()
    continuous = command(place, measuring_s)
    done = run(place.python, continuous, folder, 300 + 10 * measuring_s, _settings(project), works_in=project)
    took_s = time.monotonic() - began
    # Its exit code is 1 both where the second commit is slower and where asv failed.
    if not any(verdict in done.output for verdict in (_DECREASED, _INCREASED, _UNCHANGED)):
        raise done.failure()
    first, second = (_recorded(project, _commit(place, folder, project, name)) for name in ("HEAD~1", "HEAD"))
    return Measured(
        first_s=first["samples"],
        second_s=second["samples"],
        slower=_DECREASED in done.output,
        faster=_INCREASED in done.output,
        measured_s=sum(each["stats_number"] * sum(each["samples"]) for each in (first, second)),
        took_s=took_s,
    )


def _project(place: Place, folder: Path, extra: float) -> Path:
    """The repository with its two commits, made if it isn't there."""
    project = folder.parent / f"{_PROJECT}-{extra:g}"
    if project.is_dir():
        return project
    _fill_wheels(folder.parent / _WHEELS)
    with tempfile.TemporaryDirectory(prefix="project-", dir=folder) as name:
        made = Path(name) / "project"
        made.mkdir()
        _write_project(made, place)
        steps = [["git", "init", "--quiet"], ["git", "add", "."], ["git", "commit", "--quiet", "-m", "first"]]
        for step in steps:
            _run(place, step, folder, made).checked()
        (made / f"{work.MODULE}.py").write_text(work.source(extra), encoding="utf-8")
        last = ["git", "commit", "--quiet", "--all", "--allow-empty", "-m", "second"]
        _run(place, last, folder, made).checked()
        _run(place, [place.python, "-m", "asv", "machine", "--yes", f"--machine={_MACHINE}"], folder, made).checked()
        made.rename(project)
    return project


def _write_project(folder: Path, place: Place) -> None:
    (folder / "benchmarks").mkdir()
    (folder / "benchmarks" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "benchmarks" / "bench_work.py").write_text(_BENCHMARK, encoding="utf-8")
    (folder / "pyproject.toml").write_text(_PYPROJECT, encoding="utf-8")
    (folder / f"{work.MODULE}.py").write_text(work.source(), encoding="utf-8")
    (folder / "asv.conf.json").write_text(json.dumps(_configuration(place), indent=2), encoding="utf-8")


def _configuration(place: Place) -> dict[str, object]:
    """As for any small package; builds take no part in what is measured, so that they are kept short."""
    return {
        "version": 1,
        "project": work.MODULE,
        "repo": ".",
        "environment_type": "virtualenv",
        "pythons": [place.python_minor],
        "build_command": ["python -m pip wheel --no-deps --no-build-isolation -w {build_cache_dir} {build_dir}"],
        "install_command": ["in-dir={env_dir} python -m pip install --no-deps --force-reinstall {wheel_file}"],
        "uninstall_command": [],
        "results_dir": _RESULTS,
    }


def _fill_wheels(folder: Path) -> None:
    """asv makes an environment of its own, with pip: it gets the locked wheels, and nothing else."""
    root = Path.cwd()
    mirror(parse_address(f"{ENVIRONMENT}@wheels", root), root, folder, (), lambda _line: None)


def _settings(project: Path) -> Mapping[str, str]:
    """asv keeps what it knows of machines at home, and pip and git what their users like."""
    return {
        "HOME": str(project),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "calibration",
        "GIT_AUTHOR_EMAIL": "calibration@localhost",
        "GIT_COMMITTER_NAME": "calibration",
        "GIT_COMMITTER_EMAIL": "calibration@localhost",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_FIND_LINKS": str(project.parent / _WHEELS / "wheels"),
        "PIP_NO_INDEX": "1",
    }


def _run(place: Place, step: Sequence[str], folder: Path, project: Path) -> Done:
    return run(place.python, step, folder, _MAKING_TIMEOUT_S, _settings(project), works_in=project)


def _commit(place: Place, folder: Path, project: Path, name: str) -> str:
    return _run(place, ["git", "rev-parse", name], folder, project).checked().output.strip()


def _recorded(project: Path, commit: str) -> dict[str, Any]:
    """What asv has kept of a commit: samples in seconds of a call, and how many calls were one sample."""
    found = list((project / _RESULTS / _MACHINE).glob(f"{commit[:8]}-*.json"))
    if len(found) != 1:
        raise HarnessError(f"asv has kept {len(found)} results of commit {commit[:8]} where it should be one.")
    document = json.loads(found[0].read_bytes())
    (values,) = document["results"].values()
    columns = dict(zip(document["result_columns"], values, strict=False))
    return {name: columns[name][0] for name in ("samples", "stats_number")}
