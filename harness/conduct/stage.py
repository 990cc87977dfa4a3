"""Where the variants of one launch stand: all held ready beside each other, or each started for its one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import psutil

from harness.conduct.probe import Probe, ProbeLost

Start = Callable[[str], Probe]
Farewell = Callable[[str, Probe], None]
Lost = Callable[[str, ProbeLost], None]
Act = Callable[[Probe], None]

_SCARCE_SHARE = 0.10


class MemoryShort(Exception):
    """The probes of this case don't fit into memory beside each other."""


class Stage(Protocol):
    """Gives each variant its turn. `names` are the variants that still can have one."""

    names: list[str]

    def open(self, names: list[str]) -> None: ...
    def add(self, name: str) -> None: ...
    def turn(self, name: str, act: Act) -> None: ...
    def close(self) -> None: ...
    def kill(self) -> None: ...


class HeldStage:
    """All probes are ready; those that wait are stopped with all that they started.

    await_ready: waits for a probe's word that it holds its variant; raises ProbeLost.
    farewell: lets a probe finish and states what it said. lost: is told of a variant that can't go on.
    """

    def __init__(self, start: Start, await_ready: Callable[[Probe], None], farewell: Farewell, lost: Lost) -> None:
        self.names: list[str] = []
        self._probes: dict[str, Probe] = {}
        self._start = start
        self._await_ready = await_ready
        self._farewell = farewell
        self._lost = lost

    def open(self, names: list[str]) -> None:
        """Start all in parallel and wait until each is ready. Raises MemoryShort."""
        started = [name for name in names if self._begin(name)]
        for name in started:
            self._admit(name)

    def add(self, name: str) -> None:
        if self._begin(name):
            self._admit(name)

    def _begin(self, name: str) -> bool:
        """Whether its probe could be started."""
        try:
            self._probes[name] = self._start(name)
        except ProbeLost as lost:
            self._lost(name, lost)
            return False
        return True

    def _admit(self, name: str) -> None:
        probe = self._probes[name]
        try:
            self._await_ready(probe)
        except ProbeLost as lost:
            self._drop(name, lost)
            return
        if _memory_is_scarce():
            raise MemoryShort
        probe.stop()
        self.names.append(name)

    def turn(self, name: str, act: Act) -> None:
        """Wake the variant's probe, let it act, and stop it again."""
        probe = self._probes[name]
        probe.wake()
        try:
            act(probe)
        except ProbeLost as lost:
            self._drop(name, lost)
            return
        probe.stop()

    def close(self) -> None:
        """Let every probe say its last word, then end it."""
        for name in list(self.names):
            probe = self._probes[name]
            probe.wake()
            try:
                self._farewell(name, probe)
            except ProbeLost as lost:
                self._drop(name, lost)
        self.kill()

    def kill(self) -> None:
        for probe in self._probes.values():
            probe.close()
        self._probes.clear()
        self.names.clear()

    def _drop(self, name: str, lost: ProbeLost) -> None:
        self._probes.pop(name).close()
        if name in self.names:
            self.names.remove(name)
        self._lost(name, lost)


class FreshStage:
    """Nothing is held: a variant's probe lives for its turn, and nothing idles beside it."""

    def __init__(self, start: Start, await_ready: Callable[[Probe], None], farewell: Farewell, lost: Lost) -> None:
        self.names: list[str] = []
        self._start = start
        self._await_ready = await_ready
        self._farewell = farewell
        self._lost = lost
        self._living: Probe | None = None

    def open(self, names: list[str]) -> None:
        self.names = list(names)

    def add(self, name: str) -> None:
        self.names.append(name)

    def turn(self, name: str, act: Act) -> None:
        """Start the variant's probe, let it act and say its last word, and end it."""
        try:
            probe = self._living = self._start(name)
            self._await_ready(probe)
            act(probe)
            self._farewell(name, probe)
        except ProbeLost as lost:
            self.names.remove(name)
            self._lost(name, lost)
        finally:
            self.kill()

    def close(self) -> None:
        """Nothing is left to close: each turn closed its own."""

    def kill(self) -> None:
        if self._living is not None:
            self._living.close()
            self._living = None


def _memory_is_scarce() -> bool:
    memory = psutil.virtual_memory()
    return bool(memory.available < _SCARCE_SHARE * memory.total)
