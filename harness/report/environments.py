"""The environments of a run: each in a line, and what differs between two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from harness.difference import difference
from harness.record.schema import EnvironmentRecord, Record
from harness.report.difference import DifferenceTable
from harness.report.plain import bullet, line, words
from harness.report.sides import letter

DIGEST_SHOWN = 12
FINDINGS_SHOWN = 5
_SETTINGS_SHOWN = 8


def all_of(record: Record) -> list[EnvironmentRecord]:
    """A record's environments, the first with the software and code that its fingerprint has."""
    first = {
        "software": record.fingerprint.software,
        "software_digest": record.fingerprint.software_digest,
        "code": record.fingerprint.code,
        "code_digest": record.fingerprint.code_digest,
    }
    return [msgspec.structs.replace(record.environment, **first), *record.against]


def told(environment: EnvironmentRecord, *, with_kind: bool) -> str:
    """An environment in a line: its address, lock, whether it is its lock, Python, and the commit that was named."""
    lock = f"lock {environment.lock_digest[:DIGEST_SHOWN]}, " if environment.lock_digest else ""
    named = environment.address.partition(":")[0]
    kind = f"{environment.kind}, " if with_kind and not named.endswith(environment.kind) else ""
    commit = f", commit {environment.commit[:DIGEST_SHOWN]}" if environment.commit else ""
    state = environment.verification.state
    return f"{environment.address} ({kind}{lock}{state}), Python {environment.python}{commit}"


def drift(record: Record) -> Iterator[Any]:
    """A warning for each environment that is not its lock, with what was found."""
    for environment in record.environments:
        verification = environment.verification
        if not verification.drifted:
            continue
        which = line(environment.address) if record.against else "the environment"
        yield words(f"DRIFTED: {which} is not its lock; these figures can't be published.", "bold red")
        for finding in verification.findings[:FINDINGS_SHOWN]:
            yield bullet(line(finding))
        more = len(verification.findings) + verification.unlisted - FINDINGS_SHOWN
        if more > 0:
            yield bullet(f"and {more} more")
        yield words("")


def differences(record: Record) -> Iterator[Any]:
    """What differs from the first environment, for each other one."""
    first, *others = all_of(record)
    for number, other in enumerate(others, start=1):
        title = f"What differs between A ({first.address}) and {letter(number)} ({other.address}):"
        yield words(line(title), "bold")
        yield from _difference(first, other, letter(number))
        yield words("")


def _difference(a: EnvironmentRecord, b: EnvironmentRecord, name: str) -> Iterator[Any]:
    facts = list(_facts(a, b))
    for what, before, after in facts:
        yield bullet(line(f"{what}: {before} in A, {after} in {name}"))
    packages = difference(_versions(a), _versions(b))
    if packages:
        yield DifferenceTable(packages, "A", name)
    rebuilt = _rebuilt(a, b)
    if rebuilt:
        yield bullet(f"{len(rebuilt)} of the packages with the same version have other files: {_some(rebuilt)}")
    if not (facts or packages or rebuilt):
        yield bullet("nothing that is recorded: they are the same twice")


def _facts(a: EnvironmentRecord, b: EnvironmentRecord) -> Iterator[tuple[str, str, str]]:
    """What is not the same, with both values in words."""
    for what, read in _FACTS.items():
        before, after = read(a), read(b)
        if before != after:
            yield what, before or "none", after or "none"
    had, has = _libraries(a), _libraries(b)
    if had != has:
        yield "number libraries", _named(had - has), _named(has - had)
    ours, theirs = (_mapping(each.software, "settings") for each in (a, b))
    other = [name for name in sorted(ours.keys() | theirs.keys()) if ours.get(name) != theirs.get(name)]
    for name in other[:_SETTINGS_SHOWN]:
        yield name, str(ours.get(name, "not set")), str(theirs.get(name, "not set"))


def _versions(environment: EnvironmentRecord) -> dict[str, str]:
    found = _mapping(environment.software, "distributions")
    return {name: str(about.get("version")) for name, about in found.items() if isinstance(about, Mapping)}


def _rebuilt(a: EnvironmentRecord, b: EnvironmentRecord) -> list[str]:
    """Packages of one version with other files: another build."""
    ours, theirs = (_mapping(each.software, "distributions") for each in (a, b))
    return [
        name
        for name, about in ours.items()
        if name in theirs
        and isinstance(about, Mapping)
        and isinstance(theirs[name], Mapping)
        and about.get("version") == theirs[name].get("version")
        and about.get("record") != theirs[name].get("record")
    ]


def _some(names: list[str]) -> str:
    if len(names) <= FINDINGS_SHOWN + 1:
        return ", ".join(map(line, names))
    return f"{', '.join(map(line, names[:FINDINGS_SHOWN]))} and {len(names) - FINDINGS_SHOWN} more"


def _python(environment: EnvironmentRecord) -> str:
    about = _mapping(environment.software, "python")
    parts = [str(about.get("implementation") or ""), environment.python, str(about.get("compiler") or "")]
    return " ".join(part for part in parts if part)


def _libraries(environment: EnvironmentRecord) -> Counter[str]:
    """How often each number library is loaded, as some are twice."""
    pools = environment.software.get("number_libraries")
    return Counter(map(_library, pools)) if isinstance(pools, list) else Counter()


def _named(libraries: Counter[str]) -> str:
    return ", ".join(sorted(libraries.elements())) or "none"


def _library(pool: Any) -> str:
    if not isinstance(pool, Mapping):
        return str(pool)
    kinds = [str(pool[key]) for key in ("threading_layer", "architecture") if pool.get(key)]
    about = ", ".join([f"{pool.get('num_threads')} threads", *kinds])
    name = " ".join(str(pool[key]) for key in ("internal_api", "version") if pool.get(key))
    return f"{name} ({about})"


def _digest(value: Any) -> str:
    return str(value).removeprefix("sha256:")[:DIGEST_SHOWN] if value else ""


_FACTS: dict[str, Callable[[EnvironmentRecord], str]] = {
    "kind": lambda each: each.kind,
    "Python": _python,
    "libc": lambda each: str(each.software.get("libc") or ""),
    "image": lambda each: _digest(each.image),
    "lock": lambda each: _digest(each.lock_digest),
    "commit": lambda each: _digest(each.code.get("commit")),
    "uncommitted changes": lambda each: _digest(each.code.get("dirty")),
    "suite": lambda each: _digest(each.code.get("suite")),
}


def _mapping(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}
