"""Fetches archives, each checked by its SHA-256 before it gets its name: what has it is what was locked."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import time
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
        listed = "\n".join(f"- {each}" for each in faults[:_LISTED])
        more = f"\n- and {len(faults) - _LISTED} more" if len(faults) > _LISTED else ""
        raise HarnessError(f"{len(faults)} of {len(wanted)} archives can't be had:\n{listed}{more}\n{_WAY_OUT}")


_WAY_OUT = "If their source is out of reach, take them from a mirror: --mirror DIR (made by `harness env mirror`)."


def run(work: Coroutine[object, object, Result]) -> Result:
    """Run a coroutine to its end, and rattler's own threads out of it: else the interpreter may crash at its exit."""
    return asyncio.run(_settled(work))


async def _settled(work: Coroutine[object, object, Result]) -> Result:
    try:
        return await work
    finally:
        await asyncio.sleep(0.02)


async def _fetch_all(wanted: Sequence[tuple[Archive, Path]], meter: Meter) -> list[str]:
    """Why archives couldn't be had, in words."""
    client = Client.default_client()
    room = asyncio.Semaphore(AT_ONCE)

    async def one(archive: Archive, path: Path) -> str | None:
        async with room:
            said = await _fetch_one(client, archive, path, meter)
            meter.end()
            return said

    found = await asyncio.gather(*(one(*each) for each in wanted))
    return [each for each in found if each]


async def _fetch_one(client: Client, archive: Archive, path: Path, meter: Meter) -> str | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two processes may be at it at the same time; each has its own part, and both end in the same file.
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
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
                raise _Unavailable(_reason(str(reason))) from reason
            sink.restart()


class _Unavailable(Exception):
    pass


def _reason(said: str) -> str:
    """What rattler says without the address, which may hold credentials."""
    said = said.partition(" for url")[0].removeprefix("HTTP status ")
    if " error (" in said:
        return f"it says {said.partition('(')[2].rstrip(')')}"
    return f"it can't be reached ({said})"


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
