"""Known noise: other work on this machine, for as long as a context lasts."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

# Ends itself when its parent is gone, so that a killed calibration leaves no load behind.
_HOG = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(1_000_000):
        pass
"""


@contextlib.contextmanager
def cpu_hog() -> Iterator[None]:
    """A busy loop on one core, which the scheduler may move about."""
    hog = subprocess.Popen([sys.executable, "-S", "-E", "-c", _HOG], env={"PATH": os.defpath})
    try:
        yield
    finally:
        hog.kill()
        hog.wait()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Nothing but what is there anyway."""
    yield


NOISES = {"quiet": quiet, "hog": cpu_hog}
