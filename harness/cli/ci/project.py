"""What `harness ci init` finds in a project: its suites, its environment, and how the harness is installed there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from harness import __version__
from harness.cli.ci.plain_name import plain_name
from harness.cli.ci.sessions import sessions_in
from harness.cli.ci.source import text_of
from harness.cli.ci.suites import code_path, suites_in
from harness.environment.address import BASE, names, parse
from harness.environment.declaration.environment_file import declare
from harness.failure import HarnessError
from harness.machine.git import git
from harness.pyproject import PROJECT_FILE, read_pyproject

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Where a project without a lock has its own packages.
BENCH = ".bench"
_NEWEST = "newest"
_USUAL_PYTHON = "3.12"
_EXTRAS = ("benchmarks", "benchmark", "bench", "tests", "test")


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """What workflows are made for.

    suites: paths from its top. environment: as `--env` takes it, without a revision. lock: of the environment; None if
    it has none, and there is no night then. night: the environment that is solved afresh each night. path: what
    PYTHONPATH has to be, so that each commit's own code is found; empty if nothing. sessions: of nox, that install the
    harness: for `run` and for `nightly`; empty if there are none. needs: what pip installs for the suites, where there
    is no lock.
    """

    suites: list[str]
    environment: str
    lock: str | None
    night: str
    branch: str
    python: str
    path: str
    sessions: dict[str, str]
    needs: list[str]
    version: str = __version__


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What the user says of the project; whatever is empty is looked for."""

    suites: Sequence[str] = ()
    environment: str | None = None
    branch: str | None = None
    python: str | None = None


def project_at(top: Path, stated: Stated) -> Project:
    """Look at a project. Raises HarnessError where something isn't found that a workflow can't do without."""
    about = _about(top)
    suites = [plain_name(suite, "--suite") for suite in stated.suites] or suites_in(top)
    for suite in suites:
        if not (top / suite.partition("::")[0]).exists():
            raise HarnessError(f"--suite {suite}: there is no such file or folder in {top}.")
    environment = plain_name(stated.environment or _environment(top), "--env")
    if "/" not in environment:
        parse(environment, top)  # says so where there is none of this name
    lock = f"envs/{environment.partition('@')[0]}.lock.txt"
    return Project(
        suites=suites,
        environment=environment,
        lock=lock if (top / lock).is_file() else None,
        night=_NEWEST if stated.environment is None and _NEWEST in names(top) else environment,
        branch=plain_name(stated.branch or _branch(top), "--branch"),
        python=_python(top, environment, about, stated.python),
        path=code_path(top, suites),
        sessions=sessions_in(top),
        needs=_needs(top, about),
    )


def _about(top: Path) -> dict[str, Any]:
    path = top / PROJECT_FILE
    return read_pyproject(path).content if path.is_file() else {}


def _environment(top: Path) -> str:
    known = names(top)
    if known:
        return BASE if BASE in known else known[0]
    return f"{BENCH}/bin/python"


def _branch(top: Path) -> str:
    """The branch that pull requests go to, as far as git knows."""
    said = _git(top, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    if said:
        return said
    local = _git(top, "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    usual = next((name for name in ("main", "master") if name in local), "")
    return usual or _git(top, "symbolic-ref", "--quiet", "--short", "HEAD") or "main"


def _git(top: Path, *arguments: str) -> str:
    try:
        done = git(top, *arguments)
    except OSError:
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def _python(top: Path, environment: str, about: dict[str, Any], stated: str | None) -> str:
    """The oldest that the harness, the project and its environment can do with, unless somebody says otherwise.

    An environment of wheels is made with the Python that the harness runs on, so it has to be one that its lock is for.
    """
    if stated is not None:
        if stated not in PYTHONS:
            raise HarnessError(f"--python {stated}: the harness runs on Python {', '.join(PYTHONS)}.")
        return stated
    named = re.match(r"(?:cpython-|python-?)?(3\.\d+)", text_of(top / ".python-version").strip())
    if named and named[1] in PYTHONS:
        return named[1]
    required = [each for each in (_required(about), _declared(top, environment)) if each is not None]
    if not required:
        return _USUAL_PYTHON
    return next((each for each in PYTHONS if all(f"{each}.99" in allowed for allowed in required)), _USUAL_PYTHON)


def _required(about: dict[str, Any]) -> SpecifierSet | None:
    project = about.get("project")
    required = project.get("requires-python") if isinstance(project, dict) else None
    try:
        return SpecifierSet(required) if isinstance(required, str) else None
    except InvalidSpecifier:
        return None


def _declared(top: Path, environment: str) -> SpecifierSet | None:
    """The versions that the environment's locks are made for; None where no file that can be read says so."""
    try:
        return SpecifierSet(declare(top, environment.partition("@")[0]).python)
    except HarnessError:
        return None


def _needs(top: Path, about: dict[str, Any]) -> list[str]:
    """What the suites need, as far as it can be told."""
    needs = ["pytest", "pytest-benchmark"]
    files = [name for name in ("requirements.txt", "requirements-bench.txt") if (top / name).is_file()]
    needs += [part for name in files for part in ("-r", name)]
    project = about.get("project")
    if isinstance(project, dict) or (top / "setup.py").is_file():
        extras = project.get("optional-dependencies") if isinstance(project, dict) else None
        extra = next((name for name in _EXTRAS if isinstance(extras, dict) and name in extras), None)
        needs.append(f"'.[{extra}]'" if extra else ".")
    return needs
