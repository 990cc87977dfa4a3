"""The small project that asv measures, in a git repository with two commits; asv builds both."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from harness.calibrate.peers import work
from harness.calibrate.peers.commands import Done, run
from harness.calibrate.peers.place import ENVIRONMENT, Place
from harness.environment import mirror, parse_address

MACHINE, RESULTS = "peers", "results"
_STEP_TIMEOUT_S = 300.0
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


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """folder: the repository, in which asv works too. wheels: all that pip can have. scratch: a trial's own folder."""

    folder: Path
    wheels: Path
    scratch: Path
    python: str

    def run(self, command: Sequence[str], timeout_s: float = _STEP_TIMEOUT_S) -> Done:
        """A command in the repository. asv keeps what it knows of machines at home; pip and git what users like."""
        settings = {
            "HOME": str(self.folder),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "calibration",
            "GIT_AUTHOR_EMAIL": "calibration@localhost",
            "GIT_COMMITTER_NAME": "calibration",
            "GIT_COMMITTER_EMAIL": "calibration@localhost",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_NO_INDEX": "1",
            # It would look for newer ones of what it brings, in the background, while asv measures.
            "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
        }
        return run(self.python, command, self.scratch, timeout_s, settings, works_in=self.folder)


def project(place: Place, scratch: Path, extra: float) -> Project:
    """The project beside `scratch`, made if it isn't there. Raises HarnessError.

    extra: by what share the function of the second commit does more.
    """
    configuration = json.dumps(_configuration(place), indent=2)
    made_from = "\n".join([place.lock_digest, configuration, work.source(), work.source(extra)])
    name = f"asv-{hashlib.sha256(made_from.encode()).hexdigest()[:12]}"
    mirrored = scratch.parent / f"wheels-{place.lock_digest[:12]}"
    wanted = Project(folder=scratch.parent / name, wheels=mirrored / "wheels", scratch=scratch, python=place.python)
    if not wanted.folder.is_dir():
        # asv makes an environment of its own, with pip: it gets the locked wheels, and nothing else.
        root = Path.cwd()
        mirror(parse_address(f"{ENVIRONMENT}@wheels", root), root, mirrored, (), lambda _line: None)
        with tempfile.TemporaryDirectory(prefix="project-", dir=scratch) as making:
            made = msgspec.structs.replace(wanted, folder=Path(making) / name)
            _make(made, configuration, extra)
            made.folder.rename(wanted.folder)
        # Else asv would do so in its first trial, as it does if this is cut. (Its exit code is 1 however it ends.)
        wanted.run([place.python, "-m", "asv", "setup"])
    return wanted


def _make(made: Project, configuration: str, extra: float) -> None:
    (made.folder / "benchmarks").mkdir(parents=True)
    (made.folder / "benchmarks" / "__init__.py").write_text("", encoding="utf-8")
    (made.folder / "benchmarks" / "bench_work.py").write_text(_BENCHMARK, encoding="utf-8")
    (made.folder / "pyproject.toml").write_text(_PYPROJECT, encoding="utf-8")
    (made.folder / "asv.conf.json").write_text(configuration, encoding="utf-8")
    work.write(made.folder)
    made.run(["git", "init", "--quiet"]).checked()
    made.run(["git", "add", "."]).checked()
    made.run(["git", "commit", "--quiet", "--message=first"]).checked()
    work.write(made.folder, extra)
    made.run(["git", "commit", "--quiet", "--all", "--allow-empty", "--message=second"]).checked()
    made.run([made.python, "-m", "asv", "machine", "--yes", f"--machine={MACHINE}"]).checked()


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
        "results_dir": RESULTS,
    }
