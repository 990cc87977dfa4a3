"""What differs between two runs, in words: a recorded one and the one that reproduces it, for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.record.schema import EnvironmentRecord, Record

_MOST_NAMED = 6
# Stands for what the first of the two is called.
_THEN = "\0"
_MACHINE = {
    "architecture": "architecture",
    "os": "operating system",
    "cpu_model": "CPU",
    "physical_cores": "physical cores",
    "logical_cores": "logical cores",
    "memory_gib": "memory [GiB]",
    "quota_cores": "CPU quota",
    "hypervisor": "hypervisor",
    "caches": "caches",
}


def differences(recorded: Record, now: Record, then: str = "recorded") -> list[str]:
    """A sentence for each thing that is not as it was, the machine's first; empty where nothing differs.

    then: how the sentences call the first of the two.
    """
    told = [*_machine(recorded.fingerprint.machine, now.fingerprint.machine), *_plan(recorded, now)]
    several = bool(recorded.against)
    for before, after in zip(_environments(recorded), _environments(now), strict=False):
        told += [f"{before[0].address}: {each}" if several else each for each in _environment(*before, *after)]
    return [each.replace(_THEN, then) for each in told]


def _environments(record: Record) -> list[tuple[EnvironmentRecord, Mapping[str, Any]]]:
    """Each environment with its software."""
    first = (record.environment, record.fingerprint.software)
    return [first, *((each, each.software) for each in record.against)]


def _machine(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name, title in _MACHINE.items():
        if before.get(name) != after.get(name):
            yield f"another machine: {title} {_told(after.get(name))}, {_THEN} {_told(before.get(name))}"


def _plan(recorded: Record, now: Record) -> Iterator[str]:
    before, after = recorded.plan, now.plan
    if len(before.cores) != len(after.cores):
        yield f"{len(after.cores)} cores used, {_THEN} {len(before.cores)}"
    elif before.cores != after.cores:
        yield f"other cores used: {_told(after.cores)}, {_THEN} {_told(before.cores)}"
    if before.budget_s != after.budget_s:
        yield f"a budget of {after.budget_s:g} s, {_THEN} {before.budget_s:g} s"
    if recorded.harness_version != now.harness_version:
        yield f"harness {now.harness_version}, {_THEN} {recorded.harness_version}"


def _environment(
    then: EnvironmentRecord, software: Mapping[str, Any], now: EnvironmentRecord, software_now: Mapping[str, Any]
) -> Iterator[str]:
    if then.address != now.address or then.kind != now.kind:
        yield f"another environment: {now.address} ({now.kind}), {_THEN} {then.address} ({then.kind})"
    if then.lock_digest != now.lock_digest:
        yield f"another lock: {beginning_of(now.lock_digest)}, {_THEN} {beginning_of(then.lock_digest)}"
    if then.verification.drifted:
        yield f"its environment was not its lock ({_THEN}): " + "; ".join(then.verification.findings[:_MOST_NAMED])
    yield from _python(software.get("python") or {}, software_now.get("python") or {})
    if software.get("libc") != software_now.get("libc"):
        yield f"libc {_told(software_now.get('libc'))}, {_THEN} {_told(software.get('libc'))}"
    yield from _libraries(software.get("number_libraries") or [], software_now.get("number_libraries") or [])
    yield from _settings(software.get("settings") or {}, software_now.get("settings") or {})
    yield from _packages(software.get("distributions") or {}, software_now.get("distributions") or {})


def _python(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    versions = str(after.get("version")), str(before.get("version"))
    if versions[0] != versions[1]:
        minors = [version.split(".")[:2] for version in versions]
        kind = "another minor version of Python" if minors[0] != minors[1] else "another Python"
        yield f"{kind}: {versions[0]}, {_THEN} {versions[1]}"
    elif before.get("compiler") != after.get("compiler") or before.get("build") != after.get("build"):
        yield f"another build of Python {versions[0]}"


def _libraries(before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]) -> Iterator[str]:
    if before != after:
        yield f"number libraries: {_pools(after)}, {_THEN} {_pools(before)}"


def _pools(pools: list[Mapping[str, Any]]) -> str:
    told = [
        f"{pool.get('internal_api')} {pool.get('version') or ''} ({pool.get('num_threads')} threads)" for pool in pools
    ]
    return ", ".join(" ".join(each.split()) for each in dict.fromkeys(told)) or "none"


def _settings(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield f"{name}={_told(after.get(name))}, {_THEN} {_told(before.get(name))}"


def _packages(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    both = sorted(before.keys() & after.keys())
    changed = [name for name in both if before[name].get("version") != after[name].get("version")]
    if changed:
        yield "other versions: " + _some(
            [f"{name} {after[name].get('version')}, {_THEN} {before[name].get('version')}" for name in changed]
        )
    other_files = [name for name in both if name not in changed and before[name] != after[name]]
    if other_files:
        yield f"other builds of the same versions: {_some(other_files)}"
    for words, names in (("missing now", before.keys() - after.keys()), (f"not {_THEN}", after.keys() - before.keys())):
        if names:
            yield f"packages {words}: {_some(sorted(names))}"


def _some(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return "; ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def beginning_of(digest: str | None) -> str:
    """As much of a digest or a commit as tells it from others."""
    return digest[:12] if digest else "none"


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {part}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "unknown" if value is None else str(value)
