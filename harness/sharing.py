"""Work shared with a second process, which has by a fork all that was read and judged."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import TypeVar

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


def shared(make: Callable[[_Item], _Made], items: Sequence[_Item]) -> Iterator[_Made]:
    """What is made of each item, in their order; of the second half by another process, where that can be forked.

    What is made must be picklable. What the other process couldn't make is made here, so that it fails here.
    """
    if len(items) < 2 or not _may_fork():
        yield from map(make, items)
        return
    half = len(items) // 2
    forked = multiprocessing.get_context("fork")
    coming, going = forked.Pipe(duplex=False)
    theirs: list[_Made] = []
    reader = Thread(target=_receive, args=(coming, theirs), daemon=True)  # so that the other never waits for room
    other = forked.Process(target=_make_all, args=(make, items[half:], coming, going), daemon=True)
    try:
        other.start()
    except OSError:  # as many processes as there may be, or no memory for another
        coming.close()
        going.close()
        yield from map(make, items)
        return
    try:
        going.close()
        reader.start()
        yield from map(make, items[:half])
        reader.join()
    except BaseException:
        other.kill()
        raise
    finally:
        other.join()
    yield from theirs
    yield from map(make, items[half + len(theirs) :])


def _may_fork() -> bool:
    """A fork takes no threads along, and whatever they held stays held; macOS's own libraries break by it."""
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        return False
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _make_all(make: Callable[[_Item], _Made], items: Sequence[_Item], coming: Connection, going: Connection) -> None:
    coming.close()  # or this one would wait for ever for a reader that was killed
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # without a traceback of its own
    with contextlib.suppress(Exception):
        for item in items:
            going.send(make(item))


def _receive(coming: Connection, into: list[_Made]) -> None:
    with coming, contextlib.suppress(EOFError, OSError):
        while True:
            into.append(coming.recv())
