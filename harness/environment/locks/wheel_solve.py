"""Makes locks of wheels from what is declared: one file for all platforms and Pythons, with hashes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from harness.environment.address import LOCK_SUFFIX
from harness.environment.backends.installer import InstallerError, run_uv
from harness.environment.declaration.environment_file import Wanted
from harness.environment.declaration.lock_sources import LockSource, lock_sources
from harness.environment.locks.wheel_lock import Pin, read, read_text
from harness.failure import HarnessError

_UNKNOWN = re.compile(r"[Bb]ecause (?P<name>[\w.-]+)\s+was\s+not\s+found\s+in\s+the\s+package\s+registry")
_SHAPES = (
    "--universal", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
    "--no-build",
    # One version for all Pythons and platforms where there is one: runs on two of them then differ in less.
    "--fork-strategy", "fewest",
)  # fmt: skip


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A lock that was made. changed: whether the file's bytes are others now."""

    name: str
    path: str
    packages: int
    changed: bool


def make_locks(
    root: Path, names: Sequence[str] = (), *, update: Sequence[str] = (), progress: Callable[[str], None]
) -> list[Locked]:
    """Make the named locks of the project in `root`, or all, and write them to envs/.

    A version that still satisfies stays, except for the packages in `update`. A lock is replaced whole or not at all.
    Raises HarnessError with the place of what can't be satisfied, and the solver's reason.
    """
    sources = lock_sources(root)
    unknown = [name for name in names if name not in {source.name for source in sources}]
    if unknown:
        raise HarnessError(f"'{unknown[0]}' is no lock here. There are: {', '.join(each.name for each in sources)}.")
    return [_lock(root, source, update, progress) for source in sources if not names or source.name in names]


def _lock(root: Path, source: LockSource, update: Sequence[str], progress: Callable[[str], None]) -> Locked:
    path = _path(root, source.name)
    old = read_text(str(path)) if path.is_file() else ""
    progress(f"Locking {source.name}")
    with tempfile.TemporaryDirectory(prefix="harness-lock-") as name:
        folder = Path(name)
        # uv keeps the versions that stand in its output file.
        (folder / "lock.txt").write_text(old, encoding="utf-8")
        (folder / "wanted.in").write_text(_lines(each.requirement for each in source.wanted), encoding="utf-8")
        (folder / "held.in").write_text(_lines(_held(root, source)), encoding="utf-8")
        renewed = [part for package in update for part in ("--upgrade-package", package)]
        _compile(folder, source, renewed, old)
        new = read_text(str(folder / "lock.txt"))
    pins = read(new, f"envs/{path.name}")  # nothing but pins with hashes: no option that would name an index
    if new != old:
        path.parent.mkdir(exist_ok=True)
        _replace(path, new)
    return Locked(name=source.name, path=str(path), packages=len({pin.name for pin in pins}), changed=new != old)


def _compile(folder: Path, source: LockSource, renewed: Sequence[str], old: str) -> None:
    command = ["pip", "compile", *_SHAPES, "--python-version", source.python, *renewed,
               "--constraints", "held.in", "--output-file", "lock.txt", "wanted.in"]  # fmt: skip
    try:
        run_uv(
            command, doing=f"Locking '{source.name}'", folder=folder, progress=lambda _line: None, local_sources=False
        )
    except InstallerError as error:
        known = [Requirement(each.requirement).name for each in source.wanted]
        known += [pin.name for pin in read(old, "lock.txt")]
        raise HarnessError(_reason(error, source.wanted, known)) from error


def _reason(error: InstallerError, wanted: Sequence[Wanted], known: Sequence[str]) -> str:
    """The reason in uv's words, headed by the place where the package is declared, where it names one."""
    match = _UNKNOWN.search(error.reason)
    if match is None:
        return str(error)
    name = canonicalize_name(match["name"])
    place = next((each.place for each in wanted if canonicalize_name(Requirement(each.requirement).name) == name), "")
    if not place:
        return str(error)
    close = get_close_matches(name, [each for each in known if canonicalize_name(each) != name], n=1)
    meant = f"\nDid you mean '{close[0]}'?" if close else ""
    return f"{place}: '{name}' is in no package index that is configured here.{meant}"


def _held(root: Path, source: LockSource) -> list[str]:
    """The pins of the locks that constrain this one."""
    pins: list[Pin] = []
    for name in source.constraints:
        path = _path(root, name)
        pins.extend(read(read_text(str(path)), f"envs/{path.name}"))
    return [f"{pin.name}=={pin.version}{f' ; {pin.marker}' if pin.marker else ''}" for pin in pins]


def _lines(requirements: Iterable[str]) -> str:
    return "".join(f"{each}\n" for each in requirements)


def _replace(path: Path, text: str) -> None:
    making = path.with_name(f".{path.name}.making")
    making.write_text(text, encoding="utf-8", newline="\n")
    making.replace(path)


def _path(root: Path, name: str) -> Path:
    return root / "envs" / f"{name}{LOCK_SUFFIX}"
