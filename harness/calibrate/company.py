"""What else kept this machine busy during a trial: nobody should call a machine quiet that wasn't."""

from __future__ import annotations

import os
import time
from types import TracebackType
from typing import Self

import msgspec
import psutil

from harness.calibrate.noise import cpu_s
from harness.machine import ConditionsSampler


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """What a machine showed during a trial; None where it can't be told.

    others_cores: how many cores were kept busy by what is neither the trial nor its noise. load: over the last minute,
    at the trial's end. pressure_share, steal_share: of the trial's time, as in a record's conditions.
    """

    others_cores: float | None
    load: float | None
    pressure_share: float | None
    steal_share: float | None


class Onlooker:
    """Watches over a trial: `with Onlooker(noise) as onlooker: ...`, then `onlooker.company()`.

    noise: the process that makes the noise, None where nothing does.
    """

    def __init__(self, noise: int | None) -> None:
        self._noise = noise
        self._sampler = ConditionsSampler()

    def __enter__(self) -> Self:
        self._sampler.begin()
        self._began_s = time.monotonic()
        self._others_s = self._others_so_far_s()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.spent_s = time.monotonic() - self._began_s
        self._conditions = self._sampler.end(0, 0)
        self._others_s = self._others_so_far_s() - self._others_s
        self._sampler.close()

    def company(self) -> Company:
        """Of the whole time between begin and end."""
        seen = self._conditions
        return Company(
            others_cores=round(max(0.0, self._others_s / self.spent_s), 3),
            load=seen.load,
            pressure_share=_rounded(seen.cpu_pressure_share),
            steal_share=_rounded(seen.steal_share),
        )

    def _others_so_far_s(self) -> float:
        """CPU seconds that were neither ours, of our children that have ended, nor the noise's."""
        all_cores, ours = psutil.cpu_times(), os.times()
        spent_s = all_cores.user + all_cores.system + getattr(all_cores, "nice", 0.0)
        spent_s += getattr(all_cores, "irq", 0.0) + getattr(all_cores, "softirq", 0.0)
        own_s = ours.user + ours.system + ours.children_user + ours.children_system
        return float(spent_s - own_s - cpu_s(self._noise))


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
