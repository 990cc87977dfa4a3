"""Known noise: other work on this machine, by real processes, for as long as a context lasts."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import psutil

# Each ends itself when its parent is gone, so that a killed calibration leaves no load behind.
_BEGIN = """
import os, random, sys, time
parent, chance = int(sys.argv[1]), random.Random(int(sys.argv[2]))
def busy(span_s):
    end = time.monotonic() + span_s
    while time.monotonic() < end and os.getppid() == parent:
        for _ in range(20_000):
            pass
"""
# Busy for a while, away for a while: exponential times, with a mean of a second each.
_HOG = """
while os.getppid() == parent:
    busy(chance.expovariate(1.0))
    time.sleep(min(5.0, chance.expovariate(1.0)))
"""
# Copies 128 MB to and fro: far more than caches hold.
_BANDWIDTH = """
here, there = memoryview(bytearray(1 << 27)), memoryview(bytearray(1 << 27))
while os.getppid() == parent:
    here[:] = there
    there[:] = here
"""
# Its share of a core rises from nothing to all within two minutes, and falls again.
_DRIFT = """
PERIOD_S, SLICE_S = 240.0, 0.1
began = time.monotonic() - PERIOD_S * chance.random()
while os.getppid() == parent:
    along = (time.monotonic() - began) / PERIOD_S % 1
    share = 1 - abs(2 * along - 1)
    busy(share * SLICE_S)
    time.sleep((1 - share) * SLICE_S)
"""

# Gives the process id of what makes the noise, None where nothing does. Takes the seed of what is random about it.
Noise = Callable[[int], AbstractContextManager[int | None]]


@contextlib.contextmanager
def quiet(seed: int = 0) -> Iterator[int | None]:  # noqa: ARG001  (one kind of call for all noises)
    """Nothing but what is there anyway."""
    yield None


def hog(seed: int = 0) -> AbstractContextManager[int | None]:
    """A busy loop on one core, which comes and goes: on and off for exponential times with a mean of a second."""
    return _running(_HOG, seed)


def bandwidth(seed: int = 0) -> AbstractContextManager[int | None]:
    """Copies of 128 MB without an end: what takes the way to the memory from others."""
    return _running(_BANDWIDTH, seed)


def drift(seed: int = 0) -> AbstractContextManager[int | None]:
    """A busy loop whose share of a core rises for two minutes and falls for two, whatever is measured meanwhile."""
    return _running(_DRIFT, seed)


NOISES: dict[str, Noise] = {"quiet": quiet, "hog": hog, "bandwidth": bandwidth, "drift": drift}
MEANINGS = {
    "quiet": "nothing but what the machine does anyway",
    "hog": "a busy loop on one core that comes and goes: on and off for exponential times, mean 1 s each",
    "bandwidth": "a process that copies 128 MB to and fro without an end",
    "drift": "a busy loop whose share of a core rises from 0 to 1 in two minutes, falls again in two, and so on",
}


@contextlib.contextmanager
def _running(work: str, seed: int) -> Iterator[int | None]:
    process = subprocess.Popen(
        [sys.executable, "-S", "-E", "-c", _BEGIN + work, str(os.getpid()), str(seed)],
        env={"PATH": os.defpath},
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def cpu_s(process: int | None) -> float:
    """CPU seconds that a noise has used so far."""
    if process is None:
        return 0.0
    try:
        times = psutil.Process(process).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
