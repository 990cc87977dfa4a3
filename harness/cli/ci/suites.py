"""Where a project's suites lie, and where they import its code from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.cli.ci.plain_name import plain_name
from harness.cli.ci.source import parsed, text_of
from harness.failure import HarnessError

_FOLDERS = (
    "benchmarks", "benchmark", "bench", "perf", "tests/benchmarks", "tests/benchmark", "tests/bench", "tests/perf",
)  # fmt: skip
_USES_BENCHMARK = re.compile(r"^\s*(?:async )?def test\w*\([^)]*\bbenchmark\b", re.MULTILINE)
_HIDDEN = (".", "_", "node_modules", "build", "dist", "venv")


def suites_in(top: Path) -> list[str]:
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
    return [plain_name(each, "--suite") for each in outermost]


def _has_suites(folder: Path) -> bool:
    return any(map(_is_suite, _tests(folder)))


def _tests(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).parts
        if not any(part.startswith(_HIDDEN) for part in inside[:-1]) and "test" in path.name:
            yield path


def _is_suite(path: Path) -> bool:
    return bool(_USES_BENCHMARK.search(text_of(path)))


def code_path(top: Path, suites: Sequence[str]) -> str:
    """Where the suites' own project is imported from, in each checkout; empty where nothing of it is."""
    files = [path for suite in suites for path in _suite_files(top / suite.partition("::")[0])]
    own = {suite.partition("/")[0] for suite in suites}  # which pytest finds without help
    imported = {name for path in files for name in _imported(path)} - own
    deeper = sorted({found.parent.parent.relative_to(top).as_posix() for found in _packages(top)})
    for folder in ("src", ".", *(each for each in deeper if each.partition("/")[0] not in own)):
        if any((top / folder / name).is_dir() or (top / folder / f"{name}.py").is_file() for name in imported):
            return plain_name(folder, "the folder of the project's code,")
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
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
