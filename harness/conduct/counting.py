"""The probe's counter of instructions, tried in this process."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from harness_probe.instructions import PAGE_FAULTS, SOFTWARE, Counter, Counting, NotCounted, why_not


def uncounted_here() -> str:
    """Why this process can't count its instructions; empty where it can."""
    return why_not()


@contextlib.contextmanager
def counting_of_nothing() -> Iterator[tuple[str, Callable[[], None]] | None]:
    """What is done around a turn to count its instructions, without the turn; and what is counted, by name.

    Page faults stand in for instructions where these are out of reach: opening, starting, stopping and reading are the
    same. None where nothing can be counted.
    """
    found = _counter()
    if found is None:
        yield None
        return
    name, counter = found

    def count() -> None:
        counting = Counting(counter)
        counting.start()
        counting.stop()

    try:
        yield name, count
    finally:
        counter.close()


def _counter() -> tuple[str, Counter] | None:
    with contextlib.suppress(NotCounted):
        return "instructions", Counter()
    with contextlib.suppress(NotCounted):
        return "page faults in their stead", Counter(SOFTWARE, PAGE_FAULTS)
    return None
