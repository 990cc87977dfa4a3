"""Fetches archives, each checked by its SHA-256 before it gets its name: what has it is what was locked."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import glob
import hashlib
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

from rattler.networking import Client
from rattler.package_streaming import download_to_writer

from harness.environment.archives.archive import Archive
from harness.environment.archives.meter import Meter
from harness.failure import HarnessError

AT_ONCE = 8
ATTEMPTS = 3
_CHUNK_BYTES = 1 << 20
_LISTED = 20

Result = TypeVar("Result")


def fetch(wanted: Sequence[tuple[Archive, Path]], progress: Callable[[str], None]) -> None:
    """Fetch each archive to its path; folders on the way are made.

    progress: gets a line with bytes and the time that is left, every few seconds.
    Raises HarnessError that names all that can't be had, or are others than was locked; the rest has arrived by then.
    Raises OSError if the disk refuses.
    """
    if not wanted:
        return
    meter = Meter([archive.size_bytes for archive, _path in wanted], progress, time.monotonic)
    faults = run(_fetch_all(wanted, meter))
    if faults:
        lost = len(wanted) - meter.done_files
        listed = "\n".join(f"- {each}" for each in faults[:_LISTED])
        more = f"\n- and {len(faults) - _LISTED} more" if len(faults) > _LISTED else ""
        raise HarnessError(f"{lost} of {len(wanted)} archives can't be had:\n{listed}{more}\n{_WAY_OUT}")


_WAY_OUT = "If their source is out of reach, take them from a mirror: --mirror DIR (made by `harness env mirror`)."
_SETTLING_S = 0.05  # of a thread's last words, which take microseconds


def run(work: Coroutine[object, object, Result]) -> Result:
    """Run a coroutine to its end, and rattler's own threads out of it: else the interpreter may crash at its exit."""
    return asyncio.run(_settled(work))


async def _settled(work: Coroutine[object, object, Result]) -> Result:
    try:
        return await work
    finally:
        await asyncio.sleep(_SETTLING_S)


async def _fetch_all(wanted: Sequence[tuple[Archive, Path]], meter: Meter) -> list[str]:
    """Why archives couldn't be had, in words."""
    client = Client.default_client()
    room = asyncio.Semaphore(AT_ONCE)
    hosts = _Hosts()

    async def one(archive: Archive, path: Path) -> str | None:
        async with room:
            if hosts.is_given_up(archive):
                return None
            try:
                said = await _fetch_one(client, archive, path, meter)
            except _Unreachable as reason:
                return hosts.note_unreachable(archive, str(reason))
            hosts.note_reached(archive)
            if said is None:
                meter.end()
            return said

    found = await asyncio.gather(*(one(*each) for each in wanted))
    return [*(each for each in found if each), *hosts.given_up()]


class _Hosts:
    """Which hosts answer: one that never did isn't asked for a hundred more archives."""

    def __init__(self) -> None:
        self._reached: set[str] = set()
        self._given_up: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def note_reached(self, archive: Archive) -> None:
        self._reached.add(_host(archive))

    def note_unreachable(self, archive: Archive, reason: str) -> str | None:
        """What to say of this archive; None if there will be a word on its host."""
        host = _host(archive)
        if host in self._reached:
            return f"{archive.source}: it can't be reached ({reason})"
        self._given_up.setdefault(host, reason)
        self._counts[host] += 1
        return None

    def is_given_up(self, archive: Archive) -> bool:
        host = _host(archive)
        if host not in self._given_up or host in self._reached:
            return False
        self._counts[host] += 1
        return True

    def given_up(self) -> list[str]:
        return [
            f"{host} can't be reached ({reason}): {self._counts[host]} archives of it"
            for host, reason in self._given_up.items()
        ]


def _host(archive: Archive) -> str:
    return urlsplit(archive.source).netloc


async def _fetch_one(client: Client, archive: Archive, path: Path, meter: Meter) -> str | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two processes may be at it at the same time; each has its own part, and both end in the same file.
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    _sweep(path)
    try:
        with _locked(part) as file:
            sink = _Sink(file, meter)
            await _fill(client, archive, sink)
        found = sink.sha256()
        if found != archive.sha256:
            hashes = f"its SHA-256 is {found[:12]}…, the lock says {archive.sha256[:12]}…"
            return f"{archive.source}: what is offered isn't what was locked ({hashes}): don't use it"
        part.replace(path)
    except _Unavailable as reason:
        return f"{archive.source}: {reason}"
    finally:
        part.unlink(missing_ok=True)
    return None


def _locked(part: Path) -> BinaryIO:
    """A new file that is locked for as long as it is open, from the first moment at which it has this name."""
    new = part.with_suffix(".new")
    file = new.open("wb")
    fcntl.flock(file, fcntl.LOCK_EX)
    new.replace(part)
    return file


def _sweep(path: Path) -> None:
    """Remove the parts of this archive that killed processes left."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        with contextlib.suppress(FileNotFoundError, BlockingIOError), part.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


async def _fill(client: Client, archive: Archive, sink: _Sink) -> None:
    if urlsplit(archive.url).scheme == "file":
        await asyncio.to_thread(_copy, Path(url2pathname(urlsplit(archive.url).path)), sink)
        return
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await download_to_writer(client, archive.url, sink)
            return
        except Exception as reason:  # rattler raises bare RuntimeErrors, and OSErrors without a number
            if isinstance(reason, OSError) and reason.errno is not None:
                raise  # our own disk's
            # What wouldn't begin was tried again by the client; what broke off in the middle wasn't.
            if sink.is_empty() or attempt == ATTEMPTS:
                raise _fault(str(reason)) from reason
            sink.restart()


class _Unavailable(Exception):
    pass


class _Unreachable(Exception):
    pass


def _fault(said: str) -> _Unavailable | _Unreachable:
    """What rattler says, without the address, which may hold credentials."""
    said = said.partition(" for url")[0].removeprefix("HTTP status ")
    if " error (" in said:
        return _Unavailable(f"it says {said.partition('(')[2].rstrip(')')}")
    return _Unreachable(said)


def _copy(source: Path, sink: _Sink) -> None:
    try:
        file = source.open("rb")
    except OSError as reason:
        raise _Unavailable(f"it can't be read ({reason.strerror})") from reason
    with file:
        shutil.copyfileobj(file, sink, _CHUNK_BYTES)


class _Sink:
    """Writes and hashes what arrives."""

    def __init__(self, file: BinaryIO, meter: Meter) -> None:
        self._file = file
        self._meter = meter
        self._hash = hashlib.sha256()

    def write(self, chunk: bytes) -> int:
        self._hash.update(chunk)
        self._meter.add(len(chunk))
        return self._file.write(chunk)

    def is_empty(self) -> bool:
        return self._file.tell() == 0

    def restart(self) -> None:
        self._meter.add(-self._file.tell())
        self._file.seek(0)
        self._file.truncate()
        self._hash = hashlib.sha256()

    def sha256(self) -> str:
        return self._hash.hexdigest()
