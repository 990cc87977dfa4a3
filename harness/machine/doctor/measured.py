"""What was measured of a machine, in a few seconds; None where it couldn't be."""

from __future__ import annotations

import statistics

import msgspec

from harness.machine.doctor.finding import Cost
from harness.record.schema import Conditions


class Busy(msgspec.Struct, frozen=True, kw_only=True):
    """A process that used `cores` cores' worth of time while nothing was measured."""

    pid: int
    name: str
    cores: float


class Rest(msgspec.Struct, frozen=True, kw_only=True):
    """What others did while this process did nothing.

    busy: the share of its time that each core was busy, by its number. processes: the busiest first, as far as they
    can be seen from here.
    """

    seconds: float
    busy: dict[int, float]
    processes: tuple[Busy, ...] = ()


class Loops(msgspec.Struct, frozen=True, kw_only=True):
    """A short fixed loop, over and over on one core: times of one loop, and of all of them by wall and CPU."""

    core: int
    fastest_s: float
    median_s: float
    mean_s: float
    wall_s: float
    cpu_s: float


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """What one reading of the clock takes, and the smallest difference seen between two."""

    reading_s: float
    step_s: float


class Pools(msgspec.Struct, frozen=True, kw_only=True):
    """How many threads the number libraries of an environment use in a process started from this shell, by library.

    cost: of those threads against one a core, where a library was found to measure it with.
    """

    threads: dict[str, int]
    cost: Cost | None = None


class Workers(msgspec.Struct, frozen=True, kw_only=True):
    """joblib's workers, as many as cores, of a process started from this shell: the threads that each has.

    cost: of these threads against one each, where they have more.
    """

    workers: int
    threads: int
    cost: Cost | None = None


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """All of it.

    alone: the loop on one core after the other. together: on all at the same time. after_rest: a loop after a rest
    against the same without. work: what happened to the machine meanwhile. throttle_events: thermal ones meanwhile.
    """

    rest: Rest | None = None
    alone: tuple[Loops, ...] = ()
    together: tuple[Loops, ...] = ()
    after_rest: float | None = None
    work: Conditions | None = None
    throttle_events: int | None = None
    small_pages: float | None = None
    clock: Clock | None = None

    def most_interrupted(self) -> Cost | None:
        """How much longer the loop took than at its fastest, on the core where that was worst."""
        worst = max(self.alone, key=_interruption, default=None)
        return _interrupted(worst, "the worst") if worst else None

    def least_interrupted(self) -> Cost | None:
        """The same on the calmest core: what is left there comes from below, and not from other processes."""
        calmest = min(self.alone, key=_interruption, default=None)
        return _interrupted(calmest, "the calmest") if calmest else None

    def crowding(self) -> Cost | None:
        """How much longer the loop took when all cores ran it than when one did."""
        if len(self.together) < 2 or not self.alone:
            return None
        alone = statistics.fmean(loops.median_s for loops in self.alone)
        together = statistics.fmean(loops.median_s for loops in self.together)
        return Cost(
            ratio=together / alone, how=f"a fixed loop on all {len(self.together)} cores at once, against one; medians"
        )


def _interruption(loops: Loops) -> float:
    return loops.mean_s / loops.fastest_s


def _interrupted(loops: Loops, which: str) -> Cost:
    return Cost(
        ratio=_interruption(loops),
        how=f"a fixed loop on core {loops.core}, {which}: its mean over {loops.wall_s:.2g} s against its fastest",
    )
