"""One probe, from its first breath to its exit code."""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import importlib.util
import os
import signal
import sys
import tempfile
from typing import List, Optional

from harness_probe import software
from harness_probe.channel import EXIT_CLOSED, Channel
from harness_probe.instructions import Counter, NotCounted, why_not
from harness_probe.settings import Settings, read


def run(text: str) -> int:
    """Run pytest with the probe's plugin; returns pytest's exit code, or 2 in an unfit environment."""
    settings = read(text)
    channel = Channel.take_over_standard_streams()
    _die_with_parent(int(os.environ.pop("HARNESS_PARENT", "0")))
    _stay_on(settings.cores)
    faulthandler.enable()
    # Only what is started after it is made is counted too.
    counter = _counter() if settings.mode == "hold" else None
    if settings.mode == "describe":
        _load_number_libraries()
        channel.send({"kind": "described", "software": software.fingerprint(), "uncounted": why_not()})
        return 0
    try:
        import pytest

        # Not imported: pytest would warn that it can't rewrite it any more, which some suites take for an error.
        if importlib.util.find_spec("pytest_benchmark") is None:
            raise ImportError("No module named 'pytest_benchmark'")
    except ImportError as error:
        channel.send({"kind": "unfit", "why": "{}: {}".format(sys.executable, error)})
        return 2
    from harness_probe.plugin import Plugin

    return int(pytest.main(_arguments(settings), plugins=[Plugin(settings, channel, counter)]))


def _arguments(settings: Settings) -> List[str]:
    # A cache of its own, instead of none: suites may use it, and their options name it (--last-failed).
    cache = "cache_dir=" + os.path.join(tempfile.gettempdir(), "pytest-cache-{}".format(os.getpid()))
    # pytest-benchmark makes its folder even if nothing is saved.
    storage = "--benchmark-storage=file://" + os.path.join(tempfile.gettempdir(), "pytest-benchmark")
    arguments = ["-q", "-s", "-o", cache, storage, "--benchmark-enable"]
    if settings.rootdir:
        arguments.append("--rootdir=" + settings.rootdir)
    if settings.keyword:
        arguments += ["-k", settings.keyword]
    if importlib.util.find_spec("xdist"):
        arguments.append("-n0")
    if importlib.util.find_spec("pytest_cov"):
        arguments.append("--no-cov")
    return arguments + settings.paths


def _die_with_parent(parent: int) -> None:
    """Ask Linux for SIGKILL when the conductor dies: a stopped probe can't notice the end of its pipe."""
    if not sys.platform.startswith("linux") or not parent:
        return
    import ctypes

    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(EXIT_CLOSED)


def _counter() -> Optional[Counter]:
    try:
        return Counter()
    except NotCounted:
        return None


def _stay_on(cores: List[int]) -> None:
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def _load_number_libraries() -> None:
    """Thread pools can only be seen once what brings them is loaded."""
    for name in ("numpy", "scipy.linalg", "sklearn"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
