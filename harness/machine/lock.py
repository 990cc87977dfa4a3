"""One measuring run a machine: whoever measures holds a lock that dies with its process."""

import contextlib
import datetime
import errno
import fcntl
import json
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from harness.failure import HarnessError

# The same for all users of a machine: the temporary folder that a variable names may be one user's own.
PLACE = Path("/tmp/scaling-harness.lock")  # noqa: S108
# Names another place: for tests, and for machines that are divided up so that their parts don't disturb each other.
VARIABLE = "HARNESS_LOCK"
POLL_S = 0.2


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who measures: process id, when it began (ISO 8601 with UTC offset) and its command line."""

    pid: int | None = None
    began: str = ""
    command: str = ""

    def __str__(self) -> str:
        """In words: process 123, since 2026-11-22T15:16:00+00:00 (harness run benchmarks)."""
        if self.pid is None:
            return "another run"
        said = f"process {self.pid}, since {self.began} ({self.command})"
        return "".join(each if each.isprintable() else "?" for each in said)  # any user may have written it


class MachineBusy(HarnessError):
    """Another run is measuring on this machine."""


@contextlib.contextmanager
def hold(
    wait_s: float = 0.0, on_wait: Callable[[Holder], None] | None = None, place: Path | None = None
) -> Iterator[Path | None]:
    """Hold the machine while measuring.

    wait_s: how long to wait for a run that holds it. on_wait: told who that is, once for each such run.
    place: the lock's file; by default what HARNESS_LOCK names, else `PLACE`. Gives that path, or None where no such
    file can be made: then nothing is locked, which is better than not measuring at all.
    Raises MachineBusy, naming the holder, when it's still held after wait_s. The lock is the kernel's (flock): it ends
    with the process, however that ends, and the file that stays behind means nothing.
    """
    place = place or Path(os.environ.get(VARIABLE) or PLACE)
    deadline = time.monotonic() + wait_s
    told: Holder | None = None
    while isinstance(taken := _take(place), Holder):
        if time.monotonic() >= deadline:
            raise MachineBusy(_busy(taken))
        if on_wait and taken != told:
            on_wait(taken)
            told = taken
        time.sleep(min(POLL_S, max(0.0, deadline - time.monotonic())))
    if taken is None:
        yield None
        return
    try:
        _sign(taken)
        yield place
    finally:
        with contextlib.suppress(OSError):
            os.ftruncate(taken, 0)
            fcntl.flock(taken, fcntl.LOCK_UN)  # a child that is about to start may still have the file open
        os.close(taken)


def _take(place: Path) -> int | Holder | None:
    """The locked file, or who has it, or None where there can be no such file."""
    while (descriptor := _open(place)) is not None:
        if not _locked(descriptor):
            holder = _holder(descriptor)
            os.close(descriptor)
            return holder
        if _stands(descriptor, place):
            return descriptor
        os.close(descriptor)
    return None


def _stands(descriptor: int, place: Path) -> bool:
    """Whether the file is still the one under its name: a cleaner of temporary files may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), place.stat())
    except OSError:
        return False


def _open(place: Path) -> int | None:
    """The lock's file, open; made for all users where it isn't there.

    Opened without O_CREAT first: Linux forbids that flag for another user's file in a shared folder
    (fs.protected_regular). Never through a symbolic link.
    """
    common = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    for flags in (common, common | os.O_CREAT | os.O_EXCL, common):
        try:
            descriptor = os.open(place, flags, 0o666)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.EEXIST}:
                continue
            return None
        if flags & os.O_CREAT:
            with contextlib.suppress(OSError):
                os.fchmod(descriptor, 0o666)
        return descriptor
    return None


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int) -> None:
    began = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    signed = json.dumps({"pid": os.getpid(), "began": began, "command": command[:500]})
    with contextlib.suppress(OSError):  # a full disk leaves the holder unnamed, and the lock as good
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, signed.encode(), 0)


def _holder(descriptor: int) -> Holder:
    try:
        return msgspec.json.decode(os.pread(descriptor, 4096, 0), type=Holder)
    except (msgspec.MsgspecError, OSError, UnicodeDecodeError):
        return Holder()


def _busy(holder: Holder) -> str:
    stop = f" or end it (kill {holder.pid})" if holder.pid is not None else ""
    return (
        f"this machine is being measured by {holder}. Two runs at once would disturb each other: "
        f"wait until it has ended{stop}, then start again."
    )
