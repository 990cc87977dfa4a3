"""Looks at this process and all that it started, over and over while a call runs."""

from __future__ import annotations

import threading
from typing import Any, Callable, List, Sequence

from harness_probe.processor import descendants

_PERIOD_S = 0.01

# Is given the process ids of all living descendants.
Look = Callable[[List[int]], None]


def watched(call: Callable[[], Any], looks: Sequence[Look]) -> Any:
    """Run `call`, and let each of `looks` look at the tree every 10 ms meanwhile; returns its result."""
    watch = _Watch(looks)
    watch.start()
    try:
        return call()
    finally:
        watch.stop()


class _Watch(threading.Thread):
    def __init__(self, looks: Sequence[Look]) -> None:
        super().__init__(daemon=True, name="harness-watch")
        self._looks = looks
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_PERIOD_S):
            children = descendants()
            for look in self._looks:
                look(children)

    def stop(self) -> None:
        self._done.set()
        self.join()
