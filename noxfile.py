"""Sessions: each makes a hash-pinned environment and calls a command in it. `nox -l` lists them.

nox is all that has to be there. The environments are kept in .nox and made anew only when their lock changes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
STAMP = "harness-session.txt"
# The tests of a file stay together: they share what was made for them. `-n 0` runs all one by one, as --pdb needs.
AT_ONCE = ("-n", "logical", "--maxprocesses", "8", "--dist", "loadfile")

nox.needs_version = ">=2024.3.2"
nox.options.sessions = ["lint", "tests"]
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the suites and record the run: `nox -s bench -- ARGS` is `harness run ARGS`."""
    make_environment(session, "driver")
    session.run("harness", "run", *session.posargs)


@nox.session
def nightly(session: nox.Session) -> None:
    """Today's code and packages against a fixed anchor: `nox -s nightly -- ARGS` is `harness nightly ARGS`."""
    make_environment(session, "remote")
    session.run("harness", "nightly", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests: `nox -s tests -- -k NAME`."""
    make_environment(session, "dev")
    session.run("python", "-m", "pytest", *AT_ONCE, *session.posargs)


@nox.session
def kills(session: nox.Session) -> None:
    """Kill runs at fifty random moments, where `tests` has a few: none may lose or double a sample."""
    make_environment(session, "dev")
    session.run("python", "-m", "pytest", "tests/e2e/test_kills.py", *session.posargs, env={"HARNESS_TEST_KILLS": "50"})


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, and who imports whom."""
    make_environment(session, "dev")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    lint_workflows(session)


@nox.session
def overhead(session: nox.Session) -> None:
    """Measure what the harness itself costs, beside pytest-benchmark and pyperf."""
    make_environment(session, "dev")
    session.run("harness", "overhead", *session.posargs)


@nox.session
def calibrate(session: nox.Session) -> None:
    """Measure how often the verdicts are wrong under known noise."""
    make_environment(session, "dev")
    session.run("harness", "calibrate", "verdicts", *session.posargs)


@nox.session(name="calibrate-history")
def calibrate_history(session: nox.Session) -> None:
    """Measure how often history is wrong, beside other detectors of change points and over simulated years."""
    make_environment(session, "dev")
    session.run("harness", "calibrate", "history", *session.posargs)


@nox.session
def neighbour(session: nox.Session) -> None:
    """Measure whether a neighbour that touches much memory, or holds a cluster that waits, moves others' ratio."""
    make_environment(session, "dev")
    session.run("harness", "calibrate", "neighbour", *session.posargs)


@nox.session(name="bench-store")
def bench_store(session: nox.Session) -> None:
    """Measure how long the store takes with ten years of nights, beside asv and pytest-benchmark."""
    make_environment(session, "dev")
    session.run("harness", "calibrate", "store", *session.posargs)


@nox.session(name="bench-site")
def bench_site(session: nox.Session) -> None:
    """Measure how long a site of ten years of nights takes to build and to show."""
    make_environment(session, "dev")
    session.run("harness", "calibrate", "site", *(session.posargs or ["--out", "results/bench-site"]))


@nox.session
def lock(session: nox.Session) -> None:
    """Make the locks in envs/ from environment.yml and pyproject.toml; what still satisfies stays."""
    make_environment(session, "driver")
    session.run("harness", "env", "lock", *session.posargs)


def lint_workflows(session: nox.Session) -> None:
    """Hold this project's workflows, and those that its templates make, against zizmor and actionlint."""
    made = Path(session.create_tmp(), "workflows")
    shutil.rmtree(made, ignore_errors=True)
    for name, options in {"plain": [], "full": ["--pages", "--comment"]}.items():
        session.run("harness", "ci", "init", "github", "--folder", str(made / name), *options, silent=True)
    files = sorted(map(str, [*ROOT.glob(".github/workflows/*.yml"), *made.glob("*/.github/workflows/*.yml")]))
    session.run("zizmor", "--offline", "--pedantic", "--no-progress", "--quiet", *files)
    session.run("python", ".ci/actionlint/run.py", str(made.parent / "actionlint"), *files)


def make_environment(session: nox.Session, name: str) -> None:
    """Install envs/NAME.lock.txt and the project itself, unless the session's environment has just that."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        session.error("The locks hold for Python 3.11 to 3.14: install nox with one of these, and start it from there.")
    wanted = digest_of(ROOT / "pyproject.toml", ROOT / "envs" / "uv.lock.txt", ROOT / "envs" / f"{name}.lock.txt")
    stamp = Path(session.virtualenv.location, STAMP)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    stamp.unlink(missing_ok=True)
    # pip, which knows how to reach an index here, fetches uv; uv is told the same, and fetches the rest in seconds.
    session.install("--quiet", "--require-hashes", "--only-binary", ":all:", "-r", "envs/uv.lock.txt")
    environ = {**package_source(), "VIRTUAL_ENV": session.virtualenv.location, "UV_PYTHON_DOWNLOADS": "never"}
    session.run_install("uv", "pip", "sync", "--require-hashes", "--no-build", f"envs/{name}.lock.txt", env=environ)
    # Its build backend is in the lock, so that nothing unpinned is fetched.
    session.run_install("uv", "pip", "install", "--no-deps", "--no-build-isolation", "--editable", ".", env=environ)
    stamp.write_text(wanted, encoding="utf-8")


def digest_of(*files: Path) -> str:
    """One digest of some files' contents."""
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()


def package_source() -> dict[str, str | None]:
    """Settings for uv, from what the user told pip; loaded by its path, because nothing is installed yet."""
    spec = importlib.util.spec_from_file_location("index", ROOT / "harness" / "environment" / "backends" / "index.py")
    if spec is None or spec.loader is None:
        raise ImportError("harness/environment/backends/index.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.uv_environ(os.environ))
