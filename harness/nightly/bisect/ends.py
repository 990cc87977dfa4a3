"""What a user names as the good and the bad end: two locks, or two commits."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from harness.environment import Address, Kind, parse_address
from harness.environment.locks.wheel_lock import lock_digest, read_text
from harness.environment.mixtures import check_lock
from harness.failure import HarnessError
from harness.nightly.bisect.commits import Commit, commit_of
from harness.record import Store
from harness.record.schema import Record

_SUFFIXES = {".txt": Kind.WHEELS, ".yml": Kind.CONDA, ".yaml": Kind.CONDA}
_DIGEST = re.compile(r"[0-9a-f]{8,64}")
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_CONDA_MARK = "\npackage:"


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """A lock that an end names. named: as the user named it. text: what it holds."""

    named: str
    kind: Kind
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of its text."""
        return lock_digest(self.text)

    def address(self, room: Path) -> Address:
        """How an environment is made of it; the lock is written into a folder."""
        name = _NO_NAME.sub("-", Path(self.named).name.partition(".lock")[0].partition("@")[0]).strip("-.") or "lock"
        path = room / f"{self.digest}{'.yml' if self.kind is Kind.CONDA else '.txt'}"
        path.write_text(self.text, encoding="utf-8")
        return Address(text=self.named, kind=self.kind, name=name, lock=str(path))


Ends = tuple[Lock, Lock] | tuple[Commit, Commit]


def ends_of(good: str, bad: str, root: Path, store: Store, *, only_commits: bool) -> Ends:
    """What two names mean: locks if both are some, else commits. only_commits: the user said so.

    A lock is a file, a name as in `base` or `base@conda`, a record's id or file, or the digest of a lock in the store.
    Raises HarnessError, with what is tried, for all else.
    """
    faults: list[_Fault] = []
    locks = [] if only_commits else [_lock_or_fault(each, root, store, faults) for each in (good, bad)]
    if locks and locks[0] and locks[1]:
        return locks[0], locks[1]
    commits = [_commit_or_fault(each, root, faults) for each in (good, bad)]
    if commits[0] and commits[1]:
        return commits[0], commits[1]
    for named, lock, commit in zip((good, bad), locks or [None, None], commits, strict=True):
        if not lock and not commit:
            told = "\n".join(dict.fromkeys(why for of, why in faults if of == named))
            what = "no commit" if only_commits else "neither a lock nor a commit"
            raise HarnessError(f"{named}: this is {what} here.\n{told}")
    raise HarnessError(
        f"{good} and {bad}: one of them is a lock and the other one a commit. Name two locks, or two commits."
    )


_Fault = tuple[str, str]
"""A name, and why it isn't what it was tried as."""


def _lock_or_fault(named: str, root: Path, store: Store, faults: list[_Fault]) -> Lock | None:
    if named.startswith(":"):
        return None
    try:
        return _lock(named, root, store)
    except _NoLock as fault:
        faults.append((named, f"{named}: {str(fault).removeprefix(f'{named}: ')}"))
        return None


def _commit_or_fault(named: str, root: Path, faults: list[_Fault]) -> Commit | None:
    try:
        return commit_of(root, named.removeprefix(":"))
    except HarnessError as fault:
        faults.append((named, str(fault)))
        return None


class _NoLock(HarnessError):
    """A name that means no lock; it may mean something else."""


def _lock(named: str, root: Path, store: Store) -> Lock:
    path = root / named
    if path.is_file() and path.suffix in _SUFFIXES:
        return _sound(named, _SUFFIXES[path.suffix], str(path))
    if path.is_file() and path.suffix == ".json":
        return _of_record(named, store.read(path), store)
    if named in store.ids():
        return _of_record(named, store.read(named), store)
    if _DIGEST.fullmatch(named):
        fitting = [each for each in store.lock_digests() if each.startswith(named)]
        if len(fitting) == 1:
            text = store.lock(fitting[0])
            return Lock(named=named[:12], kind=_kind(text), text=text)
    try:
        address = parse_address(named, root)
    except HarnessError as fault:
        return _of_short_id(named, store, fault)
    if address.lock is None or address.kind is Kind.IMAGE:
        raise HarnessError(
            f"{named}: an environment is bisected by its lock, made as wheels or as a conda prefix: name a lock, as in "
            "base@wheels or base@conda."
        )
    return _sound(named, address.kind, address.lock)


def _sound(named: str, kind: Kind, path: str) -> Lock:
    text = read_text(path)
    check_lock(text, kind, named)
    return Lock(named=named, kind=kind, text=text)


def _of_short_id(named: str, store: Store, unknown: HarnessError) -> Lock:
    fitting = [each for each in store.ids() if each.endswith(f"-{named}")]
    if len(fitting) != 1:
        raise _NoLock(str(unknown)) from unknown
    return _of_record(named, store.read(fitting[0]), store)


def _of_record(named: str, record: Record, store: Store) -> Lock:
    digests = {each.lock_digest: each for each in record.environments if each.lock_digest}
    if len(digests) != 1:
        listed = "".join(f"\n- {each.address}: {digest}" for digest, each in digests.items())
        why = f"it compares several locks. Name one by its digest:{listed}" if digests else "it names no lock."
        raise HarnessError(f"{named}: {record.id}: {why}")
    (digest,) = digests
    text = store.lock(str(digest))
    return Lock(named=named, kind=_kind(text), text=text)


def _kind(text: str) -> Kind:
    return Kind.CONDA if _CONDA_MARK in text else Kind.WHEELS
