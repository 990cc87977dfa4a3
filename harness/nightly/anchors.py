"""Makes anchors: a commit that is here, with the lock that it has of an environment, kept in the store for good."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from harness.conduct.checkout import NoRepository, checkout, commit_named
from harness.environment import Address, Kind, mirror, parse_code_address
from harness.environment.address import lock_of
from harness.environment.locks.wheel_lock import lock_digest, read_text
from harness.failure import HarnessError
from harness.machine.git import git
from harness.nightly.sites import SHORT_LOCK, name_and_kind
from harness.record import Store
from harness.record.identity import resolve
from harness.record.schema import Anchor

SHORT = 12
_RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]+")
_MADE_FROM_A_LOCK = {Kind.WHEELS, Kind.CONDA, Kind.IMAGE}
Say = Callable[[str], None]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to become an anchor. revision: a commit, with its own lock of the environment `address`; or the id of a
    night's record, or its beginning: the commit and the lock that were today's.

    mirror: a folder for all archives of the lock.
    """

    revision: str
    why: str
    address: str
    mirror: Path | None = None


def first_anchor(wish: Wish, store: Store, folder: Path, say: Say) -> Anchor:
    """Keep the first anchor. Raises HarnessError where there is one, and for what can't be an anchor."""
    if known := store.anchors():
        raise HarnessError(
            f"there is an anchor: {described(known[-1])}. To go on from another one: "
            f"harness anchor move {wish.revision} --why '...'"
        )
    return _keep(wish, 1, store, folder, say)


def next_anchor(wish: Wish, store: Store, folder: Path, say: Say) -> Anchor:
    """Keep the anchor after the newest one. Raises HarnessError where there is none, or it would be the same."""
    known = store.anchors()
    if not known:
        raise HarnessError(
            "there is no anchor yet to move away from. Set the first one: "
            f"harness anchor set {wish.revision} --why '...'"
        )
    return _keep(wish, known[-1].number + 1, store, folder, say, known[-1])


def described(anchor: Anchor) -> str:
    """An anchor in a few words: "anchor 2 (v1.1, newest)"."""
    return f"anchor {anchor.number} ({anchor.tag}, {anchor.address})"


class _Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A commit with its lock, and how they are called."""

    commit: str
    tag: str
    address: str
    lock: str


def _keep(wish: Wish, number: int, store: Store, folder: Path, say: Say, before: Anchor | None = None) -> Anchor:
    if not wish.why.strip():
        raise HarnessError("--why is empty: say for those who come later why nights are held against this commit.")
    night = _night_named(wish.revision, store, folder)
    chosen = _of_commit(wish, folder) if night is None else _of_night(night, store, folder)
    anchor = Anchor(
        number=number,
        commit=chosen.commit,
        tag=chosen.tag,
        address=chosen.address,
        lock_digest=lock_digest(chosen.lock),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        why=wish.why.strip(),
    )
    if before is not None and (before.commit, before.lock_digest) == (anchor.commit, anchor.lock_digest):
        raise HarnessError(f"{wish.revision}: {described(before)} is this commit with this lock already.")
    if wish.mirror is not None:
        _mirror(chosen, wish.mirror, say)
    store.keep_lock(chosen.lock)
    store.keep_anchor(anchor)
    return anchor


def _night_named(named: str, store: Store, folder: Path) -> str | None:
    """The id of the record that a name is, or begins; None where it is a commit's. Raises HarnessError for all else."""
    if _RUN.fullmatch(named):
        return named
    try:
        commit_named(folder, named)
    except NoRepository:
        raise
    except HarnessError as fault:
        runs = store.ids()
        if fitting := [run for run in runs if run.startswith(named)]:
            return resolve(named, fitting)
        if not runs:
            raise
        raise HarnessError(
            f"{fault}\nNor does a record's id begin so; that of a night would do, too: `harness list` has them."
        ) from fault
    return None


def _of_commit(wish: Wish, folder: Path) -> _Chosen:
    """A commit with the lock that lies in it."""
    _refuse_dirty(folder)
    code = checkout(folder, wish.revision)
    address = _locked(wish.address, code.folder, wish.revision)
    tag = _name(folder, wish.revision, code.commit)
    return _Chosen(commit=code.commit, tag=tag, address=wish.address, lock=read_text(str(address.lock)))


def _of_night(run: str, store: Store, folder: Path) -> _Chosen:
    """What a night measured as today's: its commit, with the lock that was solved then."""
    record = store.read(run)
    today = record.environments[-1]
    if record.plan.night is None or today.commit is None or today.lock_digest is None:
        raise HarnessError(f"{run}: this run is no night's, so it has no commit with a lock of its own.")
    commit = checkout(folder, today.commit).commit
    named = today.address.removesuffix(f":{today.revision}")
    address = named.replace(f"-{today.lock_digest[:SHORT_LOCK]}", "", 1)
    return _Chosen(commit=commit, tag=commit[:SHORT], address=address, lock=store.lock(today.lock_digest))


def _refuse_dirty(folder: Path) -> None:
    said = git(folder, "status", "--porcelain", "--untracked-files=no")
    changed = os.fsdecode(said.stdout).splitlines()
    if said.returncode == 0 and changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise HarnessError(
            f"{folder}: there are changes that are not committed ({changed[0][3:]}{more}), and an anchor is a commit. "
            "Commit them, or put them aside: git stash"
        )


def _locked(text: str, folder: Path, revision: str) -> Address:
    """The environment's address as the commit has it."""
    try:
        address = parse_code_address(text, folder)
    except HarnessError as fault:
        raise HarnessError(f"{revision}: at this commit, {fault}") from fault
    if address.kind not in _MADE_FROM_A_LOCK or address.revision is not None:
        raise HarnessError(
            f"--env {text}: an anchor's environment is made from a lock again and again, so it is NAME, NAME@conda or "
            "NAME@image, and names no revision."
        )
    return address


def _name(folder: Path, revision: str, commit: str) -> str:
    """The tag that the user named, or the commit: a branch moves, and would say something else tomorrow."""
    said = git(folder, "rev-parse", "--verify", "--quiet", f"refs/tags/{revision}^{{commit}}")
    return revision if os.fsdecode(said.stdout).strip() == commit else commit[:SHORT]


def _mirror(chosen: _Chosen, folder: Path, say: Say) -> None:
    name, kind = name_and_kind(chosen.address)
    if kind is Kind.IMAGE:
        raise HarnessError(f"--mirror: {chosen.address} is an image. Mirror {name}, which it is made from.")
    with tempfile.TemporaryDirectory(prefix="harness-anchor-") as made:
        project = Path(made)
        path = lock_of(name, kind, project)
        path.parent.mkdir(exist_ok=True)
        path.write_text(chosen.lock, encoding="utf-8")
        for each in mirror(parse_code_address(f"{name}@{kind}", project), project, folder, (), say):
            say(f"{folder}: all {each.archives} archives of {each.lock}")
