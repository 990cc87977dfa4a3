"""Which locks a project has, and what each is made from.

`base` is what `environment.yml` declares, NAME what `envs/NAME.yml` makes of it: both as conda packages and as wheels.
Locks of wheels alone stand in pyproject.toml, as `[tool.harness.locks.NAME]`:
project (with the project's own dependencies), groups (dependency groups), environment (with what `base` has),
constraints (locks made before, whose versions hold here too).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from packaging.specifiers import SpecifierSet

from harness.environment.declaration.environment_file import Declared, Wanted, declare, declared_names
from harness.failure import HarnessError
from harness.pyproject import PROJECT_FILE, read_pyproject
from harness.toml_place import line_of


class LockSource(msgspec.Struct, frozen=True, kw_only=True):
    """What a lock is made from.

    python: the oldest version that it has to hold for, as in 3.11. declared: None for a lock of wheels alone.
    """

    name: str
    python: str
    wanted: tuple[Wanted, ...]
    constraints: tuple[str, ...] = ()
    declared: Declared | None = None


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    project: bool = False
    groups: tuple[str, ...] = ()
    environment: bool = False
    constraints: tuple[str, ...] = ()


def lock_sources(root: Path) -> list[LockSource]:
    """All locks of the project in `root`, in the order in which they have to be made.

    Raises HarnessError with the place of what can't be understood.
    """
    sources = [_of(declare(root, name), name) for name in declared_names(root)]
    base = sources[0]
    project = _pyproject(root)
    tables = _tables(project)
    for name, raw in tables.items():
        made = [source.name for source in sources]
        if name in made:
            raise HarnessError(
                f"pyproject.toml: tool.harness.locks.{name}: this lock is declared as an environment too."
            )
        table = _table(name, raw, made)
        wanted: list[Wanted] = []
        if table.project:
            requirements = project.get("project", {}).get("dependencies", [])
            wanted.extend(_entries(root, requirements, "project", "dependencies"))
        for group in table.groups:
            wanted.extend(_entries(root, _group(project, group, name), "dependency-groups", group))
        if table.environment:
            wanted.extend(base.wanted)
        sources.append(LockSource(name=name, python=base.python, wanted=tuple(wanted), constraints=table.constraints))
    return sources


def _of(declared: Declared, name: str) -> LockSource:
    return LockSource(name=name, python=_oldest(declared), wanted=declared.wanted, declared=declared)


def _tables(project: dict[str, Any]) -> dict[str, Any]:
    tables = project
    for name in ("tool", "harness", "locks"):
        found = tables.get(name, {})
        if not isinstance(found, dict):
            raise HarnessError(f"{PROJECT_FILE}: [tool.harness.locks] can't be read: '{name}' is no table.")
        tables = found
    return tables


def _table(name: str, raw: object, made: Sequence[str]) -> _Table:
    place = f"pyproject.toml: tool.harness.locks.{name}"
    try:
        table = msgspec.convert(raw, _Table)
    except msgspec.ValidationError as reason:
        raise HarnessError(f"{place}: {reason}.") from reason
    for constraint in table.constraints:
        if constraint not in made:
            raise HarnessError(f"{place}: '{constraint}' is no lock made before it ({', '.join(made)}).")
    return table


def _entries(root: Path, requirements: Sequence[str], table: str, key: str) -> list[Wanted]:
    text = (root / PROJECT_FILE).read_text(encoding="utf-8")
    lines = [line_of(text, table, key, each) for each in requirements]
    places = [f"{PROJECT_FILE}:{line}" if line else f"{PROJECT_FILE}: {table}.{key}" for line in lines]
    return [
        Wanted(requirement=each, declared=each, place=place) for each, place in zip(requirements, places, strict=True)
    ]


def _group(project: dict[str, Any], group: str, name: str) -> list[str]:
    groups = project.get("dependency-groups", {})
    if group not in groups:
        raise HarnessError(
            f"pyproject.toml: tool.harness.locks.{name}: there is no dependency group '{group}' ({', '.join(groups)})."
        )
    return [each for each in groups[group] if isinstance(each, str)]


def _pyproject(root: Path) -> dict[str, Any]:
    path = root / PROJECT_FILE
    return read_pyproject(path).content if path.is_file() else {}


def _oldest(declared: Declared) -> str:
    floors = [each.version for each in SpecifierSet(declared.python) if each.operator in {">=", "==", "~="}]
    if not floors:
        place = next(each.place for each in declared.dependencies if each.name == "python")
        raise HarnessError(f"{place}: 'python {declared.python}' states no oldest version (like python >=3.11).")
    major, minor, *_rest = [*floors[0].split("."), "0"]
    return f"{major}.{minor}"
