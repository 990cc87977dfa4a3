"""Backend for environments made from a lock of wheels: virtual environments in the user's cache, one per lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from harness.environment.address import Address
from harness.environment.backends.cache import environments_folder
from harness.environment.backends.installer import InstallerError, run_uv
from harness.environment.backends.interpreter import ask
from harness.environment.locks.wheel_lock import lock_digest, pins, read, read_text
from harness.environment.processes.process import spawn
from harness.environment.provision import Provision
from harness.environment.realized import Realized
from harness.environment.verification.packages import compare
from harness.failure import HarnessError
from harness.record.schema import Verification

__all__ = ["create", "remove", "spawn", "verify"]

SUPPORTED = ((3, 11), (3, 14))
STAMP = "harness-environment.json"
LOCK = "lock.txt"
_MAKING = ".making-"
_REMOVING = ".removing-"


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """Lies in an environment that is complete, and says what it was made of."""

    name: str
    lock_digest: str
    python: str
    base: str


def create(address: Address, provision: Provision, progress: Callable[[str], None]) -> Realized:  # noqa: ARG001
    """Make the environment of a lock, or find it made: it is complete or not there, whatever dies meanwhile.

    progress: gets a line for each thing that takes time.
    Raises HarnessError with file and line for a damaged lock, and with uv's own words if it fails.
    """
    text = read_text(str(address.lock))
    read(text, str(address.lock))
    digest = lock_digest(text)
    folder = environments_folder(os.environ)
    prefix = folder / f"{address.name}-{digest[:12]}-{_python_tag()}-{platform.machine()}"
    stamp = Stamp(name=address.name, lock_digest=digest, python=platform.python_version(), base=_base_python())
    if not _complete(prefix, stamp):
        with _cache_faults(folder), _held(folder, prefix.name, progress) as descriptor:
            _sweep(folder, prefix.name)
            if not _complete(prefix, stamp):  # another process may have made it while we waited
                _make(prefix, stamp, text, progress, descriptor)
    return Realized(
        address=address.text,
        kind=address.kind,
        python=str(_python(prefix)),
        prefix=str(prefix),
        lock_path=str(prefix / LOCK),
        lock_digest=digest,
    )


def verify(realized: Realized) -> Verification:
    """Compare what is installed with the lock that it was made from, by versions.

    Raises HarnessError if the environment's Python doesn't start.
    """
    text = read_text(str(realized.lock_path))
    if lock_digest(text) != realized.lock_digest:
        return Verification(state="drifted", findings=[f"changed: {realized.lock_path} isn't the lock it was"])
    interpreter = ask(realized.python)
    return compare(pins(text, interpreter.markers, str(realized.lock_path)), interpreter.installed)


def remove(realized: Realized) -> None:
    """Remove the environment from the cache; one that is gone already is fine."""
    prefix = Path(realized.prefix)
    with _cache_faults(prefix.parent), _held(prefix.parent, prefix.name, lambda _line: None):
        if prefix.exists():
            _discard(prefix)


def _make(prefix: Path, stamp: Stamp, text: str, progress: Callable[[str], None], descriptor: int) -> None:
    """Build under another name, rename when complete. The lock's descriptor goes to uv, which may outlive us."""
    _refuse_other_pythons()
    making = prefix.with_name(_MAKING + prefix.name)
    progress(f"Making the environment '{stamp.name}' for Python {stamp.python} from its lock (once)")
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, making, ignore_errors=True)
        making.mkdir()
        lock = making / LOCK
        lock.write_text(text, encoding="utf-8")
        environment = ["--relocatable", "--no-project", "--allow-existing", "--python", stamp.base, str(making)]
        _uv(["--quiet", "venv", *environment], stamp.name, making, progress, descriptor)
        # Copies, because a file that is edited in a hard-linked environment is edited in uv's cache and in all others.
        # Bytecode now, because otherwise the first probes would compile it, and each run would see another start.
        options = ["--require-hashes", "--no-build", "--link-mode", "copy", "--compile-bytecode", "-r", str(lock)]
        _uv(["pip", "install", "--python", str(_python(making)), *options], stamp.name, making, progress, descriptor)
        (making / STAMP).write_bytes(msgspec.json.encode(stamp))
        if prefix.exists():  # what lies there is no environment of this lock: its Python was removed, or it is damaged
            _discard(prefix)
        making.rename(prefix)


def _uv(arguments: list[str], name: str, folder: Path, progress: Callable[[str], None], descriptor: int) -> None:
    doing = f"Making the environment '{name}'"
    try:
        run_uv(arguments, doing=doing, folder=folder, progress=progress, held_files=[descriptor])
    except InstallerError as error:
        raise HarnessError(f"{error}\n{_way_out(error.reason)}") from error


def _way_out(reason: str) -> str:
    said = reason.lower()
    if "hash mismatch" in said:
        return "What the index offers isn't what was locked: don't use it. If the lock is wrong, run `nox -s lock`."
    if "no space left" in said:
        return "The disk is full: free some, or let HARNESS_CACHE name a folder on another one."
    if "not found in the package registry" in said or "no solution found" in said or "no wheel" in said:
        return "The index has no wheel of a locked version for this machine: try another Python, or `nox -s lock`."
    return "If the package index is out of reach, configure it for pip (PIP_INDEX_URL) or for uv (UV_DEFAULT_INDEX)."


def _complete(prefix: Path, stamp: Stamp) -> bool:
    try:
        found = msgspec.json.decode((prefix / STAMP).read_bytes(), type=Stamp)
    except (OSError, msgspec.DecodeError):
        return False
    # A link to a Python that was removed since: exists() follows it.
    return found.lock_digest == stamp.lock_digest and found.python == stamp.python and _python(prefix).exists()


@contextlib.contextmanager
def _held(folder: Path, key: str, progress: Callable[[str], None]) -> Iterator[int]:
    """Hold the right to change one environment. The kernel gives it back when its holders die."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{key}.flock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Another process is at work on this environment: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def _sweep(folder: Path, key: str) -> None:
    """Remove what killed processes left: unfinished folders whose lock nobody holds. The lock of `key` is ours."""
    for prefix in (_MAKING, _REMOVING):
        for left in folder.glob(f"{prefix}*"):
            owner = left.name.removeprefix(prefix)
            with (folder / f".{owner}.flock").open("ab") as file, contextlib.suppress(BlockingIOError):
                if owner != key:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)


def _discard(prefix: Path) -> None:
    """Take it out of sight by a rename first: a removal that is killed leaves nothing that looks complete."""
    aside = prefix.with_name(_REMOVING + prefix.name)
    shutil.rmtree(aside, ignore_errors=True)
    prefix.rename(aside)
    shutil.rmtree(aside)


@contextlib.contextmanager
def _cache_faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as reason:
        raise HarnessError(
            f"{folder}: the cache can't be used: {reason.strerror or reason}. "
            "Let HARNESS_CACHE name a folder that can be written to."
        ) from reason


def _refuse_other_pythons() -> None:
    oldest, newest = SUPPORTED
    if not oldest <= sys.version_info[:2] <= newest:
        raise HarnessError(
            f"Locks hold for Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}; this is "
            f"{platform.python_version()}. Start the harness with another Python."
        )


def _python(prefix: Path) -> Path:
    return prefix / "bin" / "python"


def _python_tag() -> str:
    return f"{sys.implementation.name}-{platform.python_version()}{sys.abiflags}"


def _base_python() -> str:
    """The interpreter beneath the driver's virtual environment: that one may be removed, and this one stays."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)
