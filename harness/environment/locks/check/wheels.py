"""Is what a lock of wheels holds what is wanted of it, for each Python on each platform?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from harness.environment.declaration.environment_file import Wanted
from harness.environment.locks.check.finding import Finding
from harness.environment.locks.targets import Target, described, marker_values

Pinned = Mapping[Target, Mapping[str, str]]


def unsatisfied(wanted: Sequence[Wanted], held: Pinned, file: str) -> Iterator[Finding]:
    """Requirements that a lock doesn't satisfy on some target where their own markers hold."""
    for each in wanted:
        requirement = Requirement(each.requirement)
        name = canonicalize_name(requirement.name)
        faults: dict[str, list[Target]] = defaultdict(list)
        for target, versions in held.items():
            if requirement.marker and not requirement.marker.evaluate(marker_values(target)):
                continue
            version = versions.get(name)
            if version is None:
                faults[f"{each.declared} is not locked"].append(target)
            elif not requirement.specifier.contains(version, prereleases=True):
                faults[f"{each.declared} is not satisfied by {name} {version}"].append(target)
        for problem, where in faults.items():
            yield Finding(place=each.place, lock=file, where=described(where, list(held)), problem=problem)


def other_versions(held: Pinned, constraint: Pinned, file: str, constraint_file: str) -> Iterator[Finding]:
    """Packages that a lock has in other versions than the lock that it is constrained by."""
    faults: dict[str, list[Target]] = defaultdict(list)
    for target, versions in held.items():
        others = constraint.get(target, {})
        for name in sorted(versions.keys() & others.keys()):
            if versions[name] != others[name]:
                problem = f"{name} is {versions[name]}, and {others[name]} in {constraint_file}, which it is held to"
                faults[problem].append(target)
    for problem, where in faults.items():
        yield Finding(place=file, lock=file, where=described(where, list(held)), problem=problem)
