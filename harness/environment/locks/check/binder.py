"""Does the file that Binder reads state what is locked? It states exact versions, because repo2docker reads no lock."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.environment.declaration.yaml_file import Fields, Items, Node, Text
from harness.environment.locks.binder import PLATFORM
from harness.environment.locks.check.finding import Finding
from harness.environment.locks.conda_lock import CondaLock, CondaPackage, on_platform
from harness.failure import HarnessError

_EXACT = re.compile(
    r"(?:[^\s:]+::)?(?P<name>[\w.-]+?)\s*(?:==|=|\s)\s*(?P<version>[^\s=*<>!~,|]+)(?:=(?P<build>[^\s=*]+))?"
)


def stale(file: Node, name: str, lock: CondaLock, lock_file: str) -> Iterator[Finding]:
    """file: what Binder reads, `name` its name. Raises HarnessError if it is no environment file at all."""
    written = {text.place: text for text in _dependencies(file, name)}
    locked = {package.name: package for package in on_platform(lock, PLATFORM)}
    stated: set[str] = set()
    for place, text in written.items():
        exact = _EXACT.fullmatch(text.value.strip())
        if exact is None:
            yield Finding(place=place, lock=name, problem=f"'{text.value}' is no exact version")
            continue
        stated.add(exact["name"])
        held = locked.get(exact["name"])
        if held is None:
            yield Finding(place=place, lock=name, problem=f"{text.value} is not in {lock_file}")
        elif not _same(held, exact["version"], exact["build"]):
            problem = f"{text.value} is {held.version} {held.build}".rstrip() + f" in {lock_file}"
            yield Finding(place=place, lock=name, problem=problem)
    for package in locked.values():
        if package.name not in stated:
            yield Finding(place=name, lock=name, problem=f"{package.name} {package.version} of {lock_file} is missing")


def _same(held: CondaPackage, version: str, build: str | None) -> bool:
    return held.version == version and build in {None, held.build}


def _dependencies(file: Node, name: str) -> Iterator[Text]:
    dependencies = file.values.get("dependencies") if isinstance(file, Fields) else None
    if not isinstance(dependencies, Items):
        raise HarnessError(f"{name}: this is no environment file: it has no list of dependencies.")
    for item in dependencies.values:
        if isinstance(item, Text):
            yield item
        elif isinstance(item, Fields) and isinstance(pip := item.values.get("pip"), Items):
            yield from (each for each in pip.values if isinstance(each, Text))
