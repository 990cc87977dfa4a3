"""What `harness ci init` finds in a project: its suites, its environment, and how the harness is installed there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from harness import __version__
from harness.environment.address import BASE, names, parse
from harness.failure import HarnessError
from harness.machine.git import git
from harness.pyproject import PROJECT_FILE, read_pyproject

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Where a project without a lock has its own packages.
BENCH = ".bench"
_NEWEST = "newest"
_USUAL_PYTHON = "3.12"
_FOLDERS = (
    "benchmarks", "benchmark", "bench", "perf", "tests/benchmarks", "tests/benchmark", "tests/bench", "tests/perf",
)  # fmt: skip
_EXTRAS = ("benchmarks", "benchmark", "bench", "tests", "test")
_USES_BENCHMARK = re.compile(r"^\s*(?:async )?def test\w*\([^)]*\bbenchmark\b", re.MULTILINE)
_PLAIN = re.compile(r"[A-Za-z0-9._/+-]+")
_HIDDEN = (".", "_", "node_modules", "build", "dist", "venv")


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
    suites = [_plain(suite, "--suite") for suite in stated.suites] or _suites(top)
    for suite in suites:
        if not (top / suite.partition("::")[0]).exists():
            raise HarnessError(f"--suite {suite}: there is no such file or folder in {top}.")
    environment = _plain(stated.environment or _environment(top), "--env")
    if "/" not in environment:
        parse(environment, top)  # says so where there is none of this name
    lock = f"envs/{environment.partition('@')[0]}.lock.txt"
    return Project(
        suites=suites,
        environment=environment,
        lock=lock if (top / lock).is_file() else None,
        night=_NEWEST if stated.environment is None and _NEWEST in names(top) else environment,
        branch=_plain(stated.branch or _branch(top), "--branch"),
        python=_python(top, about, stated.python),
        path=_path(top, suites),
        sessions=_sessions(top),
        needs=_needs(top, about),
    )


def _about(top: Path) -> dict[str, Any]:
    path = top / PROJECT_FILE
    return read_pyproject(path).content if path.is_file() else {}


def _plain(value: str, option: str) -> str:
    """A value that means the same in YAML, in bash and to git. Raises HarnessError for another one."""
    if not re.fullmatch(rf"{_PLAIN.pattern}(::\w+)?|{_PLAIN.pattern}@\w+", value) or value.startswith("-"):
        raise HarnessError(f"{option} {value!r}: give a name of letters, digits, '.', '_', '/', '+' and '-' only.")
    return value


def _suites(top: Path) -> list[str]:
    """The usual folders that have suites, or else whichever have."""
    usual = [folder for folder in _FOLDERS if (top / folder).is_dir() and _has_suites(top / folder)]
    if usual:
        return usual
    found = sorted({path.parent.relative_to(top).as_posix() for path in _tests(top) if _is_suite(path)})
    outermost = [each for each in found if not any(each != other and each.startswith(f"{other}/") for other in found)]
    if not outermost or outermost == ["."]:
        raise HarnessError(
            f"{top}: no folder of it has a test that asks for pytest-benchmark's 'benchmark'. Say where suites lie: "
            "--suite PATH."
        )
    return [_plain(each, "--suite") for each in outermost]


def _has_suites(folder: Path) -> bool:
    return any(map(_is_suite, _tests(folder)))


def _tests(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).parts
        if not any(part.startswith(_HIDDEN) for part in inside[:-1]) and "test" in path.name:
            yield path


def _is_suite(path: Path) -> bool:
    return bool(_USES_BENCHMARK.search(_text(path)))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


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


def _python(top: Path, about: dict[str, Any], stated: str | None) -> str:
    """The oldest that both the project and the harness can do with, unless somebody says otherwise."""
    if stated is not None:
        if stated not in PYTHONS:
            raise HarnessError(f"--python {stated}: the harness runs on Python {', '.join(PYTHONS)}.")
        return stated
    named = re.match(r"(?:cpython-|python-?)?(3\.\d+)", _text(top / ".python-version").strip())
    if named and named[1] in PYTHONS:
        return named[1]
    required = about.get("project", {}).get("requires-python")
    if not isinstance(required, str):
        return _USUAL_PYTHON
    try:
        allowed = SpecifierSet(required)
    except InvalidSpecifier:
        return _USUAL_PYTHON
    return next((each for each in PYTHONS if f"{each}.99" in allowed), _USUAL_PYTHON)


def _path(top: Path, suites: Sequence[str]) -> str:
    """Where the suites' own project is imported from, in each checkout."""
    files = [path for suite in suites for path in _suite_files(top / suite.partition("::")[0])]
    own = {suite.partition("/")[0] for suite in suites}  # which pytest finds without help
    imported = {name for path in files for name in _imported(path)} - own
    deeper = sorted({found.parent.parent.relative_to(top).as_posix() for found in _packages(top)})
    for folder in ("src", ".", *(each for each in deeper if each.partition("/")[0] not in own)):
        if any((top / folder / name).is_dir() or (top / folder / f"{name}.py").is_file() for name in imported):
            return _plain(folder, "the folder of the project's code,")
    return ""


def _packages(top: Path) -> Iterator[Path]:
    """Packages that lie deeper than usual, and in no other one."""
    for pattern in ("*/*/__init__.py", "*/*/*/__init__.py"):
        for path in top.glob(pattern):
            hidden = any(part.startswith(_HIDDEN) for part in path.relative_to(top).parts[:-1])
            if not hidden and not (path.parents[1] / "__init__.py").exists():
                yield path


def _suite_files(suite: Path) -> list[Path]:
    return [suite] if suite.is_file() else sorted(suite.rglob("*.py"))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _parsed(path: Path) -> ast.AST:
    try:
        return ast.parse(_text(path))
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module(body=[], type_ignores=[])


def _sessions(top: Path) -> dict[str, str]:
    """Sessions of the noxfile that call `harness run` and `harness nightly`, by that word; none without the first."""
    tree = _parsed(top / "noxfile.py")
    found: dict[str, str] = {}
    for node in tree.body if isinstance(tree, ast.Module) else []:
        if isinstance(node, ast.FunctionDef) and any("session" in ast.unparse(each) for each in node.decorator_list):
            called = {command for call in ast.walk(node) if isinstance(call, ast.Call) for command in _command(call)}
            found |= {command: node.name for command in called if command not in found}
    if "run" not in found:
        return {}
    return {"run": found["run"], "nightly": found.get("nightly", found["run"])}


def _command(call: ast.Call) -> Iterator[str]:
    """The command of a call such as session.run("harness", "run", ...)."""
    said = [each.value for each in call.args[:2] if isinstance(each, ast.Constant)]
    if len(said) == 2 and said[0] == "harness" and said[1] in {"run", "nightly"}:
        yield str(said[1])


def _needs(top: Path, about: dict[str, Any]) -> list[str]:
    """What the suites need, as far as it can be told."""
    needs = ["pytest", "pytest-benchmark"]
    files = [name for name in ("requirements.txt", "requirements-bench.txt") if (top / name).is_file()]
    needs += [part for name in files for part in ("-r", name)]
    project = about.get("project")
    if isinstance(project, dict) or (top / "setup.py").is_file():
        extras = project.get("optional-dependencies", {}) if isinstance(project, dict) else {}
        extra = next((name for name in _EXTRAS if name in extras), None)
        needs.append(f"'.[{extra}]'" if extra else ".")
    return needs
