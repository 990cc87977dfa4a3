"""How a user names an environment: `NAME[@wheels]`, a path to a Python or to a virtual environment, or `live`."""

from __future__ import annotations

import os
import re
import shutil
import sys
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

import msgspec

from harness.failure import HarnessError

LOCK_SUFFIX = ".lock.txt"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Kind(StrEnum):
    """How an environment comes to be: made from a lock of wheels, found by its path, or the driver's own."""

    WHEELS = "wheels"
    PYTHON = "python"
    LIVE = "live"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An environment as the user named it (`text`), resolved to what exists.

    lock: for wheels only. python: for all other kinds, an absolute path whose last links aren't followed, because
    a virtual environment is known by its link.
    """

    text: str
    kind: Kind
    name: str
    lock: str | None = None
    python: str | None = None


def parse(text: str, root: Path) -> Address:
    """Resolve an address; names are looked up in `root`/envs, relative paths from the working folder.

    Raises HarnessError for whatever isn't there, with the names that are.
    """
    if text == "live":
        return Address(text=text, kind=Kind.LIVE, name=text, python=sys.executable)
    if _looks_like_a_path(text):
        return _by_path(text)
    stem, mark, revision = text.partition(":")
    if mark:
        raise HarnessError(
            f"{text}: revisions aren't supported yet (':{revision}'). Check that commit out into a worktree of its own "
            "and run there."
        )
    name, mark, backend = stem.partition("@")
    if mark and backend != "wheels":
        raise HarnessError(f"{text}: {_unsupported(backend)} Use '{name}' or '{name}@wheels'.")
    if name == "live":
        raise HarnessError(f"{text}: 'live' is the driver's own environment; it has no '@{backend}'.")
    return _by_name(text, name, root)


def names(root: Path) -> list[str]:
    """The names that have a lock in `root`/envs, sorted."""
    return sorted(path.name.removesuffix(LOCK_SUFFIX) for path in (root / "envs").glob(f"*{LOCK_SUFFIX}"))


def _looks_like_a_path(text: str) -> bool:
    separators = [separator for separator in (os.sep, os.altsep) if separator]
    return any(separator in text for separator in separators) or text.startswith("~") or Path(text).is_file()


def _by_path(text: str) -> Address:
    # abspath, not resolve: the link in a virtual environment is what tells Python which environment it is.
    path = Path(os.path.abspath(Path(text).expanduser()))  # noqa: PTH100
    if path.is_dir():
        path = _python_in(path, text)
    if not path.exists():
        raise HarnessError(f"{text}: there is no such file. Give the path of a Python, or of a virtual environment.")
    if not os.access(path, os.X_OK):
        raise HarnessError(f"{text}: this file is no program. Give the path of a Python.")
    return Address(text=text, kind=Kind.PYTHON, name=path.name, python=str(path))


def _python_in(folder: Path, text: str) -> Path:
    candidates = [folder / "bin" / "python", folder / "bin" / "python3", folder / "Scripts" / "python.exe"]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise HarnessError(
        f"{text}: this folder is no virtual environment (it has no bin/python). Give the path of a Python instead."
    )


def _by_name(text: str, name: str, root: Path) -> Address:
    lock = root / "envs" / f"{name}{LOCK_SUFFIX}"
    if _NAME.fullmatch(name) and lock.is_file():
        return Address(text=text, kind=Kind.WHEELS, name=name, lock=str(lock))
    raise HarnessError(f"{text}: there is no environment of this name.{_hint(name, names(root))}")


def _hint(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    meant = f" Did you mean '{close[0]}'?" if close else ""
    listed = f" There are: {', '.join([*known, 'live'])}." if known else " There is only 'live': envs/ has no lock."
    program = shutil.which(name) if name.startswith(("python", "pypy")) else None
    path = f" For the Python on your PATH give its path: {program}." if program else ""
    return f"{meant}{listed}{path}"


def _unsupported(backend: str) -> str:
    known = {"conda": "conda prefixes aren't supported yet.", "image": "container images aren't supported yet."}
    return known.get(backend, f"'@{backend}' is no way to make an environment.")
