"""Work shared with a second process, which has by a fork all that was read and judged."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
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
    with coming:
        other = forked.Process(target=_make_all, args=(make, items[half:], going), daemon=True)
        other.start()
        going.close()
        with ThreadPoolExecutor(1) as reader:  # so that the other never waits for a full pipe
            arrived: Future[list[_Made]] = reader.submit(_all_of, coming)
            try:
                yield from map(make, items[:half])
            except BaseException:
                other.kill()
                raise
            theirs = arrived.result()
        other.join()
    yield from theirs
    yield from map(make, items[half + len(theirs) :])


def _may_fork() -> bool:
    """A fork takes no threads along, and whatever they held stays held; macOS's own libraries break by it."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def _make_all(make: Callable[[_Item], _Made], items: Sequence[_Item], going: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the one that forked says how to go on
    with contextlib.suppress(Exception):
        for item in items:
            going.send(make(item))


def _all_of(coming: Connection) -> list[_Made]:
    found: list[_Made] = []
    with contextlib.suppress(EOFError, OSError):
        while True:
            found.append(coming.recv())
    return found
