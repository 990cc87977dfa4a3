"""Is everything consistent that is declared, locked and generated? Without network and without a solver.

What stands in a lock of wheels says nothing about what its packages need: whether such a lock is closed can't be seen
here. The conda lock says it, and where both have a package, they have to carry the same version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import msgspec
from packaging.requirements import Requirement

from harness.environment.address import CONDA_LOCK_SUFFIX, LOCK_SUFFIX
from harness.environment.declaration.environment_file import PLATFORMS
from harness.environment.declaration.yaml_file import read_yaml
from harness.environment.locks.binder import BINDER_FILE, PLATFORM
from harness.environment.locks.check import binder, closure, declared, dockerfile, twins, wheels
from harness.environment.locks.check.finding import Finding
from harness.environment.locks.check.project import Environment, LockFile, Project, read_project
from harness.environment.locks.targets import PYTHONS, pinned, targets
from harness.environment.locks.wheel_lock import read_text
from harness.failure import HarnessError

__all__ = ["Checked", "Finding", "check"]

DOCKERFILE = "Dockerfile"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, by file and line. unreadable: what couldn't be looked at, and why. locks, packages: how many."""

    findings: tuple[Finding, ...]
    unreadable: tuple[str, ...]
    locks: int
    packages: int


def check(root: Path) -> Checked:
    """Look at the whole project in `root`; raises HarnessError if its declarations can't be understood."""
    project = read_project(root)
    findings = set(chain(_missing(project), _undeclared(root, project)))
    unreadable = list(project.unreadable)
    for look in (_binder, _dockerfile):
        try:
            findings.update(look(root, project))
        except HarnessError as reason:
            unreadable.append(str(reason))
    by_name = {environment.source.name: environment for environment in project.environments}
    for environment in project.environments:
        findings.update(_wheels(environment, by_name))
        findings.update(_conda(environment, project))
    return Checked(
        findings=tuple(sorted(_joined(findings), key=_order)),
        unreadable=tuple(unreadable),
        locks=sum(file.there for environment in project.environments for file in _files(environment)),
        packages=sum(
            len(environment.pins or ()) + (len(environment.conda.packages) if environment.conda else 0)
            for environment in project.environments
        ),
    )


def _joined(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What is wrong on several platforms stands in one line."""
    where: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for finding in sorted(findings):
        where[finding.place, finding.lock, finding.problem].append(finding.where)
    for (place, lock, problem), places in where.items():
        yield Finding(place=place, lock=lock, where=", ".join(places), problem=problem)


def _order(finding: Finding) -> tuple[str, list[int], Finding]:
    """By file and line, which is a number."""
    file, *rest = finding.place.split(":")
    return file, [int(part) for part in rest if part.isdecimal()], finding


def _files(environment: Environment) -> list[LockFile]:
    return [file for file in (environment.conda_file, environment.wheel_file) if file is not None]


def _missing(project: Project) -> Iterator[Finding]:
    for environment in project.environments:
        declared_in = environment.source.declared.sources[-1] if environment.source.declared else "pyproject.toml"
        for file in _files(environment):
            if not file.there:
                problem = f"this lock is missing: make it with `harness env lock {environment.source.name}`"
                yield Finding(place=declared_in, lock=file.file, problem=problem)


def _undeclared(root: Path, project: Project) -> Iterator[Finding]:
    known = {file.file for environment in project.environments for file in _files(environment)}
    for suffix in (LOCK_SUFFIX, CONDA_LOCK_SUFFIX):
        for path in sorted((root / "envs").glob(f"*{suffix}")):
            file = path.relative_to(root).as_posix()
            if file not in known:
                yield Finding(place=file, lock=file, problem="nothing declares this lock: declare it, or remove it")


def _wheels(environment: Environment, by_name: Mapping[str, Environment]) -> Iterator[Finding]:
    """What can be seen of a lock of wheels: what is asked of it, and the locks that it is held to."""
    source = environment.source
    if environment.pins is None:
        return
    oldest = tuple(int(part) for part in source.python.split("."))
    pythons = [each for each in PYTHONS if tuple(int(part) for part in each.split(".")) >= oldest]
    some = targets(source.declared.platforms if source.declared else PLATFORMS, pythons)
    held = pinned(environment.pins, some)
    file = environment.wheel_file.file
    yield from wheels.unsatisfied(source.wanted, held, file)
    for name in source.constraints:
        constraint = by_name[name]
        if constraint.pins is not None:
            yield from wheels.other_versions(held, pinned(constraint.pins, some), file, constraint.wheel_file.file)


def _conda(environment: Environment, project: Project) -> Iterator[Finding]:
    source, lock = environment.source.declared, environment.conda
    if source is None or lock is None or environment.conda_file is None:
        return
    file = environment.conda_file.file
    yield from declared.unsatisfied(source, lock, file)
    yield from declared.unsatisfied_pip(source, lock, file)
    yield from declared.other_platforms(source, lock, file)
    yield from declared.other_channels(source, lock, file)
    yield from closure.unmet(lock, file)
    wanted = [each.name for each in source.dependencies] + [Requirement(each.requirement).name for each in source.pip]
    yield from closure.superfluous(lock, wanted, file)
    if environment.pins is not None:
        yield from twins.unequal(lock, environment.pins, project.wheel_names, file, environment.wheel_file.file)


def _binder(root: Path, project: Project) -> Iterator[Finding]:
    base = project.environments[0]
    if base.conda is None or base.conda_file is None or PLATFORM not in base.conda.platforms:
        return
    if not (root / BINDER_FILE).is_file():
        problem = "this file is missing: make it with `harness env lock base`"
        yield Finding(place=BINDER_FILE, lock=BINDER_FILE, problem=problem)
        return
    yield from binder.stale(read_yaml(root / BINDER_FILE, BINDER_FILE), BINDER_FILE, base.conda, base.conda_file.file)


def _dockerfile(root: Path, project: Project) -> Iterator[Finding]:
    recipe = root / DOCKERFILE
    if recipe.is_file():
        digests = {file.digest for each in project.environments for file in _files(each) if file.digest}
        yield from dockerfile.astray(read_text(str(recipe)), DOCKERFILE, digests)
