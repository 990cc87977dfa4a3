"""Makes a prefix so that it is complete or not there, whatever dies meanwhile, and two at once make one.

A backend fills a folder beside the final one, which is renamed when all is in it; what has to hold the final path in
it (conda's prefix replacement, `alternative_target_prefix` in rattler) is told that path, and not the folder's.
"""

from __future__ import annotations

import contextlib
import functools
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from harness.environment.address import Kind
from harness.environment.cache import cache_faults, environments_folder
from harness.environment.held_place import held, held_if_free
from harness.environment.provision import Provision
from harness.environment.realized import Realized
from harness.environment.verification import manifest
from harness.environment.verification.census import STAMP
from harness.failure import HarnessError

LOCK = "harness-environment.lock"
MAKING = ".harness-making-"
_REMOVING = ".harness-removing-"
_BUSY = "Another process is at work on this environment: waiting for it"

Say = Callable[[str], None]
Fill = Callable[[Path, int], None]


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """Lies in an environment that is complete, and says what it was made of.

    python: the version of its Python. base: for a virtual environment, the path of the Python beneath it. manifest: the
    SHA-256 of the census that was taken when all was in it, in hex.
    """

    name: str
    kind: Kind
    lock_digest: str
    python: str
    machine: str = msgspec.field(default_factory=platform.machine)
    base: str = ""
    manifest: str = ""


def place(provision: Provision, name: str) -> Path:
    """Where an environment is to lie: in the folder that the user named, else under `name` in the cache."""
    if provision.prefix:
        return Path(os.path.abspath(Path(provision.prefix).expanduser()))  # noqa: PTH100
    return environments_folder(os.environ) / name


def make(prefix: Path, stamp: Stamp, lock_text: str, fill: Fill, progress: Say) -> None:
    """Make the environment of a stamp at `prefix`, or find it made.

    fill: fills the folder that it is given, in which the lock lies as LOCK already; the descriptor is for children that
    may outlive us: while one of them has it open, nobody else touches this environment. Whatever it raises, and however
    it is killed, leaves nothing that looks complete, and nothing at all once an environment is made here again.
    Raises HarnessError if something else lies there, or the disk refuses.
    """
    if is_complete(prefix, stamp):
        return
    with _disk_faults(prefix):
        prefix.parent.mkdir(parents=True, exist_ok=True)
        with held(prefix, functools.partial(progress, _BUSY)) as descriptor:
            _sweep(prefix)
            if is_complete(prefix, stamp):  # another process may have made it while we waited
                return
            _refuse_what_is_not_ours(prefix, stamp)
            progress(f"Making the environment '{stamp.name}' for Python {stamp.python} from its lock (once)")
            _build(prefix, stamp, lock_text, fill, descriptor)


def is_complete(prefix: Path, stamp: Stamp) -> bool:
    """Whether the environment of this stamp lies there, with a Python that exists."""
    # A link to a Python that was removed since: exists() follows it.
    return is_of(prefix, stamp) and python_of(prefix).exists()


def is_of(prefix: Path, stamp: Stamp) -> bool:
    """Whether what lies there was made by the harness from the lock of this stamp, be it damaged since or not."""
    found = read_stamp(prefix)
    return found is not None and _essence(found) == _essence(stamp)


def read_stamp(prefix: Path) -> Stamp | None:
    """What an environment was made of; None if the harness didn't make it, or something ate its stamp."""
    try:
        return msgspec.json.decode((prefix / STAMP).read_bytes(), type=Stamp)
    except (OSError, msgspec.DecodeError):
        return None


def realized(prefix: Path, stamp: Stamp, address: str) -> Realized:
    """The environment of a stamp, as it is handed on."""
    return Realized(
        address=address,
        kind=stamp.kind,
        python=str(python_of(prefix)),
        prefix=str(prefix),
        lock_path=str(prefix / LOCK),
        lock_digest=stamp.lock_digest,
    )


def remove(prefix: Path) -> None:
    """Remove an environment; one that is gone already is fine. Raises HarnessError if the harness didn't make it."""
    if not prefix.exists():
        return
    with _disk_faults(prefix), held(prefix, lambda: None):
        if not prefix.exists():
            return
        if read_stamp(prefix) is None:
            raise HarnessError(f"{prefix}: the harness didn't make this environment, so it doesn't remove it.")
        _discard(prefix)


def python_of(prefix: Path) -> Path:
    """Where the Python of a prefix lies."""
    return prefix / "bin" / "python"


def _build(prefix: Path, stamp: Stamp, lock_text: str, fill: Fill, descriptor: int) -> None:
    making = prefix.with_name(MAKING + prefix.name)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, making, ignore_errors=True)
        making.mkdir()
        (making / LOCK).write_text(lock_text, encoding="utf-8")
        fill(making, descriptor)
        complete = msgspec.structs.replace(stamp, manifest=manifest.write(making))
        (making / STAMP).write_bytes(msgspec.json.encode(complete))
        if prefix.exists():  # no environment of this lock any more: its Python was removed, or it is damaged
            _discard(prefix)
        making.rename(prefix)


def _essence(stamp: Stamp) -> tuple[str, ...]:
    """What makes an environment another one. The same lock may have two names, and the same Python may have moved."""
    return (stamp.kind, stamp.lock_digest, stamp.python, stamp.machine)


def _refuse_what_is_not_ours(prefix: Path, stamp: Stamp) -> None:
    """All in the cache is ours; elsewhere, nothing is but what this very lock was made into, and damaged since."""
    if _in_cache(prefix) or is_of(prefix, stamp) or not os.path.lexists(prefix):
        return
    found = read_stamp(prefix)
    if found is not None:
        raise HarnessError(
            f"{prefix}: here lies the environment '{found.name}' ({found.kind}, Python {found.python}, "
            f"lock {found.lock_digest[:12]}). Remove it first: harness env remove {prefix}"
        )
    if prefix.is_symlink() or not prefix.is_dir() or any(prefix.iterdir()):
        raise HarnessError(f"{prefix}: the harness didn't make what lies here, and leaves it alone. Name another one.")


def _sweep(ours: Path) -> None:
    """Remove what killed processes left: unfinished folders whose lock nobody holds. The lock of `ours` we hold."""
    for mark in (MAKING, _REMOVING):
        for left in ours.parent.glob(f"{mark}*"):
            owner = left.with_name(left.name.removeprefix(mark))
            if owner == ours:
                shutil.rmtree(left, ignore_errors=True)
                continue
            with held_if_free(owner) as free:
                if free:
                    shutil.rmtree(left, ignore_errors=True)


def _discard(prefix: Path) -> None:
    """Take it out of sight by a rename first: a removal that is killed leaves nothing that looks complete."""
    aside = prefix.with_name(_REMOVING + prefix.name)
    shutil.rmtree(aside, ignore_errors=True)
    prefix.rename(aside)
    shutil.rmtree(aside)


def _in_cache(prefix: Path) -> bool:
    return prefix.parent == environments_folder(os.environ)


@contextlib.contextmanager
def _disk_faults(prefix: Path) -> Iterator[None]:
    if _in_cache(prefix):
        with cache_faults(prefix.parent):
            yield
        return
    try:
        yield
    except OSError as reason:
        said = reason.strerror or reason
        raise HarnessError(f"{prefix}: nothing can be made or removed here: {said}. Name another folder.") from reason
