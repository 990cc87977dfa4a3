"""How a user names an environment, and the commit of the code that is measured in it.

`NAME[@wheels|conda|image]`, a path to a Python or to an environment, or `live`; and behind any of them `:REV`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from enum import StrEnum
from pathlib import Path

import msgspec

from harness.environment.verification.census import STAMP
from harness.failure import HarnessError
from harness.nearest import did_you_mean

BASE = "base"
LOCK_SUFFIX = ".lock.txt"
CONDA_LOCK_SUFFIX = ".conda-lock.yml"
_PYTHONS = ("bin/python", "bin/python3", "Scripts/python.exe")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NAMED = re.compile(r"(?P<place>[A-Za-z0-9][A-Za-z0-9._-]*(@\w+)?):(?P<revision>.*)")
_ANY = re.compile(r"(?P<place>.*):(?P<revision>[^:]*)")


class Kind(StrEnum):
    """How an environment comes to be: made from its lock in one of three ways, found by its path, or the driver's."""

    WHEELS = "wheels"
    CONDA = "conda"
    IMAGE = "image"
    PYTHON = "python"
    LIVE = "live"


_LOCKED = (Kind.WHEELS, Kind.CONDA, Kind.IMAGE)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An environment as the user named it (`text`), resolved to what exists.

    lock: for the kinds that are made from one, its path. python: for all other kinds, an absolute path whose last links
    aren't followed, because a virtual environment is known by its link. revision: the commit, tag or branch of the
    measured code, as the user named it; None means the code as it lies there.
    """

    text: str
    kind: Kind
    name: str
    lock: str | None = None
    python: str | None = None
    revision: str | None = None


def parse(text: str, root: Path) -> Address:
    """Resolve an address; names are looked up in `root`/envs, relative paths from the working folder.

    Raises HarnessError for whatever isn't there, with the names that are.
    """
    place, revision = _without_revision(text)
    if _looks_like_a_path(place) or _is_a_folder_here(place, root):
        return _by_path(text, place, revision)
    name, mark, kind = place.partition("@")
    if name == "live":
        if mark:
            raise HarnessError(f"{text}: 'live' is the driver's own environment; it has no '@{kind}'.")
        return Address(text=text, kind=Kind.LIVE, name=name, python=sys.executable, revision=revision)
    if kind not in _LOCKED and mark:
        raise HarnessError(f"{text}: '@{kind}' is no way to make an environment. There are: {_ways(name)}.")
    return _by_name(text, name, Kind(kind) if kind else Kind.WHEELS, root, revision)


def lock_of(name: str, kind: Kind, root: Path) -> Path:
    """Where the lock lies that an environment of this name and kind is made from, whether it is there or not."""
    if kind is not Kind.CONDA:
        return root / "envs" / f"{name}{LOCK_SUFFIX}"
    if name == BASE:
        return root / "conda-lock.yml"
    return root / "envs" / f"{name}{CONDA_LOCK_SUFFIX}"


def default_address(root: Path) -> str:
    """Where measured code runs unless the user says: in `base`, where that is locked in `root`."""
    return BASE if lock_of(BASE, Kind.WHEELS, root).exists() else "live"


def names(root: Path) -> list[str]:
    """The names that have a lock in `root`/envs, sorted."""
    return sorted(path.name.removesuffix(LOCK_SUFFIX) for path in (root / "envs").glob(f"*{LOCK_SUFFIX}"))


def _without_revision(text: str) -> tuple[str, str | None]:
    """A path may hold a colon, and a revision may hold a slash."""
    if ":" not in text or Path(text).exists():
        return text, None
    pattern = _NAMED if _NAMED.fullmatch(text) else _ANY
    match = pattern.fullmatch(text)
    if match is None or not match["revision"]:
        raise HarnessError(f"{text}: no revision follows the ':'. Name a commit, a tag or a branch, as in live:main.")
    return match["place"], match["revision"]


def _looks_like_a_path(text: str) -> bool:
    separators = [separator for separator in (os.sep, os.altsep) if separator]
    return any(separator in text for separator in separators) or text.startswith("~") or Path(text).is_file()


def _is_a_folder_here(text: str, root: Path) -> bool:
    """Whether an environment lies in a folder of this name; a lock's name goes first."""
    if not text or text == "live" or text in names(root):
        return False
    return any((Path(text) / inside).exists() for inside in (STAMP, *_PYTHONS))


def _by_path(text: str, place: str, revision: str | None) -> Address:
    # abspath, not resolve: the link in a virtual environment is what tells Python which environment it is.
    path = Path(os.path.abspath(Path(place).expanduser()))  # noqa: PTH100
    if (path / STAMP).is_file():  # ours; it may be damaged in any way, and is to be verified or removed
        return Address(
            text=text, kind=Kind.PYTHON, name=path.name, python=str(path / "bin" / "python"), revision=revision
        )
    if path.is_dir():
        path = _python_in(path, text)
    if not path.exists():
        raise HarnessError(f"{text}: there is no such file. Give the path of a Python, or of a virtual environment.")
    if not os.access(path, os.X_OK):
        raise HarnessError(f"{text}: this file is no program. Give the path of a Python.")
    return Address(text=text, kind=Kind.PYTHON, name=path.name, python=str(path), revision=revision)


def _python_in(folder: Path, text: str) -> Path:
    for candidate in (folder / python for python in _PYTHONS):
        if candidate.exists():
            return candidate
    raise HarnessError(
        f"{text}: this folder is no virtual environment (it has no bin/python). Give the path of a Python instead."
    )


def _by_name(text: str, name: str, kind: Kind, root: Path, revision: str | None) -> Address:
    lock = lock_of(name, kind, root)
    if _NAME.fullmatch(name) and lock.is_file():
        return Address(text=text, kind=kind, name=name, lock=str(lock), revision=revision)
    if kind is Kind.CONDA and name in names(root):
        raise HarnessError(f"{text}: there is no {lock.relative_to(root)}. Make it: harness env lock {name}")
    raise HarnessError(f"{text}: there is no environment of this name.{_hint(name, names(root))}")


def _hint(name: str, known: list[str]) -> str:
    listed = f" There are: {', '.join([*known, 'live'])}." if known else " There is only 'live': envs/ has no lock."
    program = shutil.which(name) if name.startswith(("python", "pypy")) else None
    path = f" For the Python on your PATH give its path: {program}." if program else ""
    return f"{did_you_mean(name, known)}{listed}{path}"


def _ways(name: str) -> str:
    return ", ".join(f"{name}@{kind}" for kind in _LOCKED)
