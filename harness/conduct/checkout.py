"""The measured code at one commit: a git worktree of its own, in the cache."""

from __future__ import annotations

import contextlib
import difflib
import fcntl
import hashlib
import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import msgspec

from harness.environment.cache import cache_faults, cache_folder
from harness.failure import HarnessError
from harness.machine.code import LEFT_OUT
from harness.machine.git import git

_NEAREST = 3
_PATIENCE_S = 2.0
_KEPT_S = 30 * 86400.0
# The locks of checkouts that this process works in, held until it ends: nobody makes them anew beneath it.
_in_use: dict[Path, int] = {}


class NoRepository(HarnessError):
    """There is no git, or no repository of it here, so no revision means anything."""


class Checkout(msgspec.Struct, frozen=True, kw_only=True):
    """Code as one commit has it. Absolute paths, and the commit's full name.

    top: of the worktree. folder: in it, what the user's folder is in the repository. original: the top of the user's
    own working tree.
    """

    top: Path
    folder: Path
    original: Path
    commit: str

    def at(self, path: str) -> str:
        """A suite's path (pytest's "path::test" too) as it is here. Raises HarnessError for one that lies outside."""
        file, colons, test = path.partition("::")
        # Relative paths mean the same at both places, as long as they stay within the repository.
        own = Path(file) if Path(file).is_absolute() else self.original / self.folder.relative_to(self.top) / file
        try:
            inside = own.resolve().relative_to(self.original)
        except ValueError as error:
            raise HarnessError(
                f"{path}: this lies outside of the repository {self.original}, so no revision of it says what to "
                "measure."
            ) from error
        return f"{self.top / inside}{colons}{test}" if Path(file).is_absolute() else path


def checkout(folder: Path, revision: str, cache: Path | None = None) -> Checkout:
    """The commit that a revision means in the repository around `folder`, checked out or found as it was.

    Only what is committed is in it. It is made anew where anything in it was changed or put there, bytecode and the
    like set aside; two processes at once make one, and one that is killed leaves none that looks complete. One that
    nobody asks for within a month goes when another one is made.
    Raises NoRepository, and HarnessError for a revision that isn't there.
    """
    original = _top(folder, revision)
    commit = _commit(original, revision)
    place = folder.resolve().relative_to(original)
    made = _made(original, commit, (cache or cache_folder(os.environ)) / "checkouts")
    if not (made / place).is_dir():
        raise HarnessError(f"{revision}: this commit has no folder {place}, in which you are. Go to one that it has.")
    return Checkout(top=made, folder=made / place, original=original, commit=commit)


def commit_named(folder: Path, revision: str) -> str:
    """The full name of the commit that a revision means in the repository around a folder.

    Raises NoRepository, and HarnessError, with what may have been meant, for a revision that isn't there.
    """
    return _commit(_top(folder, revision), revision)


def if_shallow(folder: Path) -> str:
    """A sentence on what a shallow clone may lack, with what brings it; nothing where all of the history is there."""
    if _git(folder, "rev-parse", "--is-shallow-repository").stdout.strip() != "true":
        return ""
    return " This clone is shallow, and may lack it: git fetch --unshallow --tags"


def _top(folder: Path, revision: str) -> Path:
    said = _git(folder, "rev-parse", "--show-toplevel")
    if said.returncode == 0:
        return Path(said.stdout.rstrip("\n")).resolve()
    if "dubious ownership" in said.stderr:
        raise HarnessError(f"{folder}: git doesn't trust this repository:\n{said.stderr.strip()}")
    raise NoRepository(
        f"{folder}: this is no git repository with files, and anchors, nights and revisions such as '{revision}' need "
        "one. Go to it, or make one here: git init, git add, git commit."
    )


def _commit(top: Path, revision: str) -> str:
    said = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if said.returncode == 0:
        return said.stdout.strip()
    if not _git(top, "rev-list", "--max-count=1", "--all").stdout:
        raise HarnessError(f"{top}: there is no commit yet, so none is '{revision}'. Commit something first.")
    names = _git(top, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
    known = names.stdout.split()
    nearest = difflib.get_close_matches(revision, known, n=_NEAREST, cutoff=0.5)
    hint = f" The nearest: {', '.join(nearest)}." if nearest else ""
    if not hint and known:
        hint = f" There are: {', '.join(known[:_NEAREST])}{' and more' if len(known) > _NEAREST else ''}."
    raise HarnessError(f"{top}: no commit, tag or branch is called '{revision}'.{hint}{if_shallow(top)}")


def _made(original: Path, commit: str, folder: Path) -> Path:
    """The worktree of a commit, made if need be."""
    common = _ask(original, "rev-parse", "--path-format=absolute", "--git-common-dir").strip()
    repository = hashlib.sha256(str(Path(common).resolve()).encode()).hexdigest()[:12]
    place = folder.resolve() / f"{original.name}-{repository}" / commit[:16]
    with cache_faults(folder):
        place.parent.mkdir(parents=True, exist_ok=True)
        if place not in _in_use:
            _in_use[place] = os.open(_lock_of(place), os.O_RDWR | os.O_CREAT, 0o666)
        _settle(original, commit, place, _in_use[place])
    return place


def _settle(original: Path, commit: str, place: Path, lock: int) -> None:
    """Have the worktree clean, and its lock shared: it is exclusive only while somebody makes the worktree."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        fcntl.flock(lock, fcntl.LOCK_SH)
        if _is_clean(place, commit):
            os.utime(_stamp(place))
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Another one looks at it, too, and one of us will make it; or it works in it.
            fcntl.flock(lock, fcntl.LOCK_UN)
            if time.monotonic() > deadline:
                raise HarnessError(
                    f"{place}: this checkout was changed, and another process works in it. Wait until it has ended."
                ) from None
            time.sleep(random.uniform(0.01, 0.1))
            continue
        if not _is_clean(place, commit):
            _make(original, commit, place, lock)
            _forget_old(original, place)


def _make(original: Path, commit: str, place: Path, lock: int) -> None:
    """The lock goes to git, which may outlive us."""
    # The stamp goes first and comes last: what lies there between is not complete.
    _stamp(place).unlink(missing_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    # Twice --force: the repository may remember one that was removed, or that was killed while it was made. No hooks:
    # they are for the user's own checkouts.
    made = _git(
        original, "-c", f"core.hooksPath={os.devnull}",
        "worktree", "add", "--quiet", "--force", "--force", "--detach", str(place), commit, held=(lock,),
    )  # fmt: skip
    if made.returncode:
        shutil.rmtree(place, ignore_errors=True)
        raise HarnessError(f"{original}: git can't check {commit[:12]} out into {place}:\n{made.stderr.strip()}")
    _stamp(place).touch()


def _forget_old(original: Path, place: Path) -> None:
    """Remove the checkouts beside one that nobody has asked for within a month, and works in now."""
    for stamp in place.parent.glob("*.complete"):
        old = stamp.with_suffix("")
        with contextlib.suppress(FileNotFoundError, BlockingIOError), _lock_of(old).open("ab") as lock:
            if old != place and time.time() - stamp.stat().st_mtime > _KEPT_S:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stamp.unlink()
                _git(original, "worktree", "remove", "--force", "--force", str(old))
                shutil.rmtree(old, ignore_errors=True)


def _is_clean(place: Path, commit: str) -> bool:
    if not _stamp(place).exists():
        return False
    # The top, too: what lost its own .git may lie in another repository.
    found = _git(place, "rev-parse", "--show-toplevel", "HEAD")
    if found.stdout.splitlines() != [str(place), commit]:
        return False
    said = _git(place, "status", "--porcelain", "-z", "--untracked-files=all", "--ignored", "--no-renames")
    changed = [entry[3:] for entry in said.stdout.split("\0") if entry]
    return said.returncode == 0 and all(LEFT_OUT.intersection(Path(name).parts) for name in changed)


def _lock_of(place: Path) -> Path:
    return place.with_name(f".{place.name}.flock")


def _stamp(place: Path) -> Path:
    """A file beside a worktree that tells that it was complete once, and when somebody asked for it last."""
    return place.with_name(f"{place.name}.complete")


def _ask(folder: Path, *arguments: str) -> str:
    said = _git(folder, *arguments)
    if said.returncode:
        raise HarnessError(f"{folder}: git {arguments[0]} failed: {said.stderr.strip()}")
    return said.stdout


def _git(folder: Path, *arguments: str, held: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
    try:
        said = git(folder, *arguments, held=held)
    except OSError as error:
        raise NoRepository(
            f"git can't be started ({error.strerror}), and anchors, nights and revisions need it. Install git."
        ) from error
    return subprocess.CompletedProcess(said.args, said.returncode, os.fsdecode(said.stdout), os.fsdecode(said.stderr))
