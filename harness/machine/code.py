"""Which code was measured: the commit, what was changed since, and the suite itself."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.failure import HarnessError
from harness.machine.digest import digest
from harness.machine.git import git

# Made by running the suite, and no part of it.
LEFT_OUT = {"__pycache__", ".pytest_cache", ".hypothesis", ".benchmarks", ".mypy_cache", ".ruff_cache", ".git"}
# What a user's own settings would change in a diff.
SAME_FOR_ALL = (
    "--binary", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--unified=3",
    "--diff-algorithm=myers", "--submodule=short", "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip
HERE = Path()


def code(paths: Sequence[str | Path], folder: Path = HERE) -> dict[str, Any]:
    """The fields of the code digest.

    paths: the suites measured, files or folders; pytest's "path::test" counts as its path. folder: where they begin.
    Returns commit (None outside git, or before the first one), dirty (digest of the changes since, None where there
    are none: what `git diff HEAD` shows, and the untracked files under the paths) and suite (digest of the relative
    names and contents of all files under the paths, wherever the checkout lies).
    Raises HarnessError for a path that doesn't exist or can't be read.
    """
    suites = [_existing(folder, path) for path in paths]
    checkout = top_of(suites[0]) if suites else None
    return {
        "commit": _commit(checkout) if checkout else None,
        "dirty": _dirty(checkout, suites) if checkout else None,
        "suite": suite_digest(paths, folder),
    }


def top_of(path: Path) -> Path | None:
    """The top of the git checkout that a file or folder lies in; None outside of one."""
    top = _git(path if path.is_dir() else path.parent, "rev-parse", "--show-toplevel")
    return Path(os.fsdecode(top.rstrip(b"\n"))) if top else None


def tracked(top: Path, paths: Sequence[str | Path], folder: Path = HERE) -> list[str]:
    """The names, from the top of a checkout, of all files that git knows, and of those beneath the suites that it would
    take in if it was asked to; what is hidden and unknown to git, as `.env` is, is not among them.

    Arguments as for `code`.
    """
    known = _git(top, "ls-files", "-z") or b""
    suites = [str(found) for path in paths if (found := _existing(folder, path)).is_relative_to(top)]
    fresh = _git(top, "ls-files", "--others", "--exclude-standard", "-z", "--", *suites) if suites else b""
    names = [os.fsdecode(name) for name in known.split(b"\0") if name]
    unknown = [os.fsdecode(name) for name in (fresh or b"").split(b"\0") if name]
    return sorted({*names, *(name for name in unknown if not any(part[0] == "." for part in Path(name).parts))})


def place_in_repository(folder: Path) -> str:
    """A folder's path from the top of its git repository, with slashes; empty at the top, and without a repository."""
    said = _git(folder, "rev-parse", "--show-prefix")
    return os.fsdecode(said.rstrip(b"\n")).rstrip("/") if said else ""


def suite_digest(paths: Sequence[str | Path], folder: Path = HERE) -> str:
    """The digest of all files under these paths: names, beginning with the path's own, and contents.

    Arguments, and what is raised, as for `code`. The folder itself (".") has no name of its own: it may be called
    anything in another clone.
    """
    files = set()
    for path in paths:
        found = _existing(folder, path)
        begin = found.parent if Path(_file_part(path)).name.strip(".") else found
        files |= {(file.relative_to(begin).as_posix(), _file_digest(file)) for file in _files(found)}
    return digest(sorted(files))


def suite_files(paths: Sequence[str | Path], folder: Path = HERE) -> list[Path]:
    """The files that the suites' digest is made of, as absolute paths; arguments as for `code`."""
    return [file for path in paths for file in _files(_existing(folder, path))]


def _file_part(path: str | Path) -> str:
    return str(path).partition("::")[0]


def _existing(folder: Path, path: str | Path) -> Path:
    found = (folder / _file_part(path)).resolve()
    if not found.exists():
        raise HarnessError(f"{path}: no such file or folder, so there is no suite to take the digest of.")
    return found


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(set(folders) - LEFT_OUT)
        for name in sorted(names):
            file = Path(folder, name)
            if file.suffix not in {".pyc", ".pyo"} and file.is_file():
                yield file


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise HarnessError(f"{path}: can't be read for the digest of the suite ({error.strerror}).") from error


def _commit(checkout: Path) -> str | None:
    said = _git(checkout, "rev-parse", "--verify", "--quiet", "HEAD")
    return said.decode().strip() if said else None


def _dirty(checkout: Path, suites: Sequence[Path]) -> str | None:
    since = "HEAD" if _commit(checkout) else "--cached"
    changes = _git(checkout, "diff", since, *SAME_FOR_ALL)
    inside = [str(path) for path in suites if path.is_relative_to(checkout)]
    listed = _git(checkout, "ls-files", "--others", "--exclude-standard", "-z", "--", *inside) if inside else b""
    names = [os.fsdecode(name) for name in (listed or b"").split(b"\0") if name]
    names = [name for name in names if not LEFT_OUT.intersection(Path(name).parts)]
    untracked = [(name, _file_digest(checkout / name)) for name in sorted(names) if (checkout / name).is_file()]
    if not changes and not untracked:
        return None
    return digest({"changes": hashlib.sha256(changes or b"").hexdigest(), "untracked": untracked})


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says, or None where it isn't there, or this isn't a checkout."""
    try:
        done = git(folder, *arguments)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
