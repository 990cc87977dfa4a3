"""The measured function as rounds that can be timed one after the other, at the conductor's word."""

from __future__ import annotations

import gc
import time
from typing import Any, Callable, NamedTuple, Optional, Tuple

from harness_probe.instructions import Counter, Counting
from harness_probe.processor import ProcessorTime


class Timing(NamedTuple):
    """One turn: so many calls, in seconds. instructions: executed in it; None where they can't be counted."""

    calls: int
    wall_s: float
    cpu_s: float
    instructions: Optional[int] = None


class Work(NamedTuple):
    """What a test handed to its benchmark fixture.

    arguments: gives (args, kwargs) of a round; `setup` of a pedantic benchmark runs in it, untimed.
    iterations: calls in one round. rounds: how many rounds the test allows in one process, None where it doesn't say.
    """

    function: Callable[..., Any]
    arguments: Callable[[], Tuple[Tuple[Any, ...], Any]]
    teardown: Optional[Callable[..., Any]]
    iterations: int
    rounds: Optional[int]
    disable_gc: bool

    @property
    def endless(self) -> bool:
        """Whether any number of calls may stand in one round: a plain `benchmark(function)`."""
        return self.rounds is None

    @property
    def most_calls(self) -> Optional[int]:
        return None if self.rounds is None else self.rounds * self.iterations


class Turns:
    """Runs turns of one piece of work and keeps the last result for the test. counter: of instructions, if any."""

    def __init__(self, work: Work) -> None:
        self.result: Any = None
        self.counter: Optional[Counter] = None
        self._work = work

    def take(self, calls: int) -> Timing:
        """Time at least `calls` calls, in whole rounds."""
        work = self._work
        loop = calls if work.endless else work.iterations
        rounds = max(1, -(-calls // loop))
        timed = [self._round(loop) for _ in range(rounds)]
        counted = [instructions for _, _, instructions in timed if instructions is not None]
        return Timing(
            rounds * loop,
            sum(wall_s for wall_s, _, _ in timed),
            sum(cpu_s for _, cpu_s, _ in timed),
            sum(counted) if len(counted) == rounds else None,
        )

    def _round(self, loop: int) -> Tuple[float, float, Optional[int]]:
        """Seconds of wall and of CPU time, and instructions; setup and teardown are in none of them."""
        work = self._work
        args, kwargs = work.arguments()
        function = work.function
        but_last = range(loop - 1)
        # The last result is dropped before the clock starts, so that freeing it isn't timed.
        self.result = None
        before = ProcessorTime()
        counting = Counting(self.counter)
        gc_was_on = gc.isenabled()
        if work.disable_gc:
            gc.disable()
        try:
            counting.start()
            began = time.perf_counter()
            for _ in but_last:
                function(*args, **kwargs)
            result = function(*args, **kwargs)
            wall_s = time.perf_counter() - began
        finally:
            counting.stop()
            if gc_was_on:
                gc.enable()
        cpu_s = before.until(ProcessorTime())
        self.result = result
        if work.teardown is not None:
            work.teardown(*args, **kwargs)
        return wall_s, cpu_s, counting.count
