"""What has become of an environment since it was made: two censuses and a lock in, findings in words out."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.environment.verification.manifest import Census, CountedFile, CountedPackage
from harness.environment.verification.packages import (
    Names,
    Package,
    installed_by_itself,
    package_findings,
    reinstalled,
)
from harness.record.schema import Verification

MOST_FINDINGS = 200
UNLOCKED = Verification(state="unlocked")

# What Python (and numba) write beside a source, under its name and for as long as it is the same.
_CACHED = re.compile(r"(?P<folder>(.*/)?)__pycache__/(?P<module>[^/.]+)\.[^/]+?\.(pyc(\.\d+)?|nbi|nbc)")


def drift(
    wanted: Sequence[Package], before: Census | None, now: Census, beyond: Iterable[CountedPackage] = ()
) -> list[str]:
    """All findings: the Python beneath, packages by name, files by path.

    before: as the environment was made; None if that isn't known any more, which is a finding too. beyond: packages
    outside of the environment that its Python would import. A file of a package that is itself a finding is none.
    """
    names = Names(now) if before is None else Names(before, now)
    packages = package_findings(wanted, [*installed_by_itself(now, before), *beyond], names)
    if before is None:
        return ["manifest: damaged or missing, so that the files can't be compared", *packages.values()]
    told = {**reinstalled(before, now, names), **packages}
    return [
        *_interpreter_findings(before, now),
        *(told[name] for name in sorted(told)),
        *_file_findings(before, now, names, told),
    ]


def verdict(findings: Sequence[str], now: Census) -> Verification:
    """Verified or drifted, with at most MOST_FINDINGS findings, and how much was compared."""
    kept = list(findings[:MOST_FINDINGS])
    return Verification(
        state="drifted" if findings else "verified",
        findings=kept,
        unlisted=len(findings) - len(kept),
        packages=len(installed_by_itself(now)),
        files=len(now.files),
    )


def _interpreter_findings(before: Census, now: Census) -> Iterator[str]:
    was, live = before.interpreter, now.interpreter
    if live is None or was == live:  # one that lies in the environment is a file like others
        return
    if was is None or was.path != live.path:
        made_with = f" ({was.path})" if was else ""
        yield f"interpreter: {live.path} isn't the one that the environment was made with{made_with}"
        return
    old = {was.path: was.content, **was.libraries}
    new = {live.path: live.content, **live.libraries}
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            gone = path not in new or new[path].startswith("unreadable")
            yield f"interpreter: {path} {'is gone' if gone else 'has changed'} since the environment was made"


def _file_findings(before: Census, now: Census, names: Names, told: Mapping[str, str]) -> Iterator[str]:
    neighbours = functools.cache(functools.partial(_sole_owners, before, names))
    for path in sorted(before.files.keys() | now.files.keys()):
        was, live = before.files.get(path), now.files.get(path)
        if was == live or _is_written_by_python(path, was, live, now):
            continue
        finding = _file_finding(path, was, live)
        owners = _owners(path, before, now, names)
        if finding and not told.keys() & owners:
            owner = min(owners, default=None) or _neighbour(path, neighbours())
            yield f"{finding} ({owner})" if owner else finding


def _file_finding(path: str, was: CountedFile | None, live: CountedFile | None) -> str | None:
    if live is None:
        return f"deleted: {path}"
    if was is None:
        return f"added: {path}"
    if was.content == live.content:  # another owner, or another number for the same one
        return None
    if _is_digest(was.content) and _is_digest(live.content):
        return f"edited: {path}"
    return f"edited: {path}: {_told(live)}, and was {_told(was)}"


def _is_digest(content: str) -> bool:
    return len(content) == 64 and " " not in content


def _told(file: CountedFile) -> str:
    if file.content.startswith("-> "):
        return f"a link to {file.content.removeprefix('-> ')}"
    return "a file" if _is_digest(file.content) else file.content


def _is_written_by_python(path: str, was: CountedFile | None, live: CountedFile | None, now: Census) -> bool:
    """Whether Python itself may have made this difference, by compiling a source that is there, or not yet.

    A compiled file whose header is what it was, and the rest isn't, wasn't compiled anew: somebody edited it.
    """
    source = source_of(path)
    if source is None:
        return False
    if live is None:
        return True
    if source not in now.files:
        return False
    return was is None or was.header != live.header


def source_of(path: str) -> str | None:
    """The source that a file in __pycache__ was made from; None for any other file."""
    match = _CACHED.fullmatch(path)
    return f"{match['folder']}{match['module']}.py" if match else None


def _owners(path: str, before: Census, now: Census, names: Names) -> set[str]:
    paths = [path, source] if (source := source_of(path)) else [path]
    return {name for each in paths for census in (before, now) if (name := names.of_owner(census, each))}


def _sole_owners(before: Census, names: Names) -> dict[str, str | None]:
    """By folder, the package that all files in it belong to; None if there are several."""
    owners: dict[str, str | None] = {}
    for path in before.files:
        owner = names.of_owner(before, path)
        if owner:
            folder = posixpath.dirname(path)
            owners[folder] = owner if owners.get(folder, owner) == owner else None
    return owners


def _neighbour(path: str, sole_owners: Mapping[str, str | None]) -> str | None:
    """The package in whose folder a file lies that no package tells of."""
    folder = posixpath.dirname(path)
    while folder and folder not in sole_owners:
        folder = posixpath.dirname(folder)
    return sole_owners.get(folder)
