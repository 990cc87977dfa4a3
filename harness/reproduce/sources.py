"""The files that a bundle takes along: all that git knows of the code that was measured."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from harness.failure import HarnessError
from harness.machine.code import LEFT_OUT, suite_files, top_of, tracked
from harness.record.schema import Record
from harness.reproduce.code import Code

MOST_BYTES = 200_000_000
_LARGEST_NAMED = 3
# What pytest and the harness look for beside the suites, where no repository says what belongs together.
_BESIDE = (
    "conftest.py", "pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "environment.yml", "conda-lock.yml",
    "LICENSE", "README.md",
)  # fmt: skip


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """files: by name from the top, with slashes. left_out: what couldn't be taken along, in words."""

    files: dict[str, Path]
    left_out: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """Of all files together."""
        return sum(path.stat().st_size for path in self.files.values())


def sources_of(record: Record, code: Code) -> Sources:
    """The files of a record's code. Only what git knows, or doesn't ignore below the suites, is taken along: secrets
    that lie beside the code untracked are not. Outside of git, the suites, and what configures pytest and environments.

    Raises HarnessError where a file of the suites would be left out, and where they are larger than a bundle should be,
    naming the largest.
    """
    names = tracked(code.top, record.plan.paths, code.folder) if top_of(code.top) else _loose(record, code)
    files, left_out = {}, []
    for name in names:
        path = code.top / name
        if path.is_file() and path.resolve().is_relative_to(code.top.resolve()):
            files[name] = path
        elif path.exists() or path.is_symlink():
            left_out.append(f"not in the bundle: {name} (a submodule, or a link out of the repository)")
    _refuse_holes(record, code, files)
    sources = Sources(files=files, left_out=tuple(left_out))
    _refuse_too_large(sources)
    return sources


def _refuse_holes(record: Record, code: Code, files: dict[str, Path]) -> None:
    taken = {path.resolve() for path in files.values()}
    lacking = [path for path in suite_files(record.plan.paths, code.folder) if path.resolve() not in taken]
    if lacking:
        raise HarnessError(
            f"{lacking[0]}{f' and {len(lacking) - 1} more' if len(lacking) > 1 else ''}: part of the suites that were "
            "measured, and git does not know it. It may be secret, so a bundle does not take it along. Have git track "
            "it, or move it out of the suites, and measure again."
        )


def _loose(record: Record, code: Code) -> list[str]:
    found = [code.top / name for name in _BESIDE]
    found += [*(code.top / "envs").glob("*.yml"), *(code.top / "envs").glob("*.lock.txt")]
    for path in record.plan.paths:
        suite = (code.folder / path.partition("::")[0]).resolve()
        found += [suite] if suite.is_file() else _below(suite)
    top = code.top.resolve()
    return sorted({path.relative_to(top).as_posix() for path in _resolved(found) if path.is_relative_to(top)})


def _resolved(paths: list[Path]) -> list[Path]:
    return [path.resolve() for path in paths if path.is_file()]


def _below(folder: Path) -> list[Path]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in LEFT_OUT and not name.startswith(".")]
        found += [
            Path(place, name) for name in names if not name.startswith(".") and not name.endswith((".pyc", ".pyo"))
        ]
    return found


def _refuse_too_large(sources: Sources) -> None:
    total = sources.size_bytes
    if total <= MOST_BYTES:
        return
    largest = sorted(sources.files.items(), key=lambda item: -item[1].stat().st_size)[:_LARGEST_NAMED]
    named = ", ".join(f"{name} ({path.stat().st_size / 1e6:.0f} MB)" for name, path in largest)
    raise HarnessError(
        f"the sources are {total / 1e6:.0f} MB, and a bundle takes up to {MOST_BYTES / 1e6:.0f} MB. The largest: "
        f"{named}. Keep data out of the repository, and let the suites make or fetch them."
    )
