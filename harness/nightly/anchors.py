"""Makes anchors: a commit that is here, with the lock that it has of an environment, kept in the store for good."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from harness.conduct.checkout import checkout
from harness.environment import Address, Kind, mirror, parse_code_address
from harness.environment.locks.wheel_lock import lock_digest, read_text
from harness.failure import HarnessError
from harness.machine.git import git
from harness.record import Store
from harness.record.schema import Anchor

SHORT = 12
_MADE_FROM_A_LOCK = {Kind.WHEELS, Kind.CONDA, Kind.IMAGE}
Say = Callable[[str], None]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to become an anchor. address: of the environment; its lock is the one of the commit.

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


def _keep(wish: Wish, number: int, store: Store, folder: Path, say: Say, before: Anchor | None = None) -> Anchor:
    if not wish.why.strip():
        raise HarnessError("--why is empty: say for those who come later why nights are held against this commit.")
    _refuse_dirty(folder)
    code = checkout(folder, wish.revision)
    address = _locked(wish.address, code.folder, wish.revision)
    text = read_text(str(address.lock))
    anchor = Anchor(
        number=number,
        commit=code.commit,
        tag=_name(folder, wish.revision, code.commit),
        address=wish.address,
        lock_digest=lock_digest(text),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        why=wish.why.strip(),
    )
    if before is not None and (before.commit, before.lock_digest) == (anchor.commit, anchor.lock_digest):
        raise HarnessError(f"{wish.revision}: {described(before)} is this commit with this lock already.")
    if wish.mirror is not None:
        _mirror(address, code.folder, wish.mirror, say)
    store.keep_lock(text)
    store.keep_anchor(anchor)
    return anchor


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


def _mirror(address: Address, project: Path, folder: Path, say: Say) -> None:
    if address.kind is Kind.IMAGE:
        raise HarnessError(f"--mirror: {address.text} is an image. Mirror {address.name}, which it is made from.")
    for made in mirror(address, project, folder, (), say):
        say(f"{folder}: all {made.archives} archives of {made.lock}")
