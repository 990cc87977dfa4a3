"""The detectors that are compared: the harness's own, and other people's in an environment of their own."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from harness.calibrate.history.kinds import Nights
from harness.environment import create
from harness.failure import HarnessError
from harness.judge.history.columns import MOST_A_NIGHT
from harness.judge.history.scan import Alarm, alarms
from harness.judge.history.steps import segments_of

ENVIRONMENT = "detectors"
INSIDE = Path(__file__).parent / "inside"
_DISTRIBUTIONS = {"otava": "apache-otava", "ruptures": "ruptures", "asv": "asv"}
_TIMEOUT_S = 3600.0
_LAST_CHARACTERS = 300
_LOOK = "import json, sys; from importlib.metadata import version; print(json.dumps(list(map(version, sys.argv[1:]))))"


class Detectors(msgspec.Struct, frozen=True, kw_only=True):
    """The others' environment: its Python, and the version of each detector."""

    python: str
    versions: dict[str, str]

    def found(self, detector: str, series: Sequence[Nights]) -> list[list[int]]:
        """The change points that a detector finds in each series, which it is given as ratios."""
        with tempfile.TemporaryDirectory(prefix="harness-detectors-") as name:
            folder = Path(name)
            path, found = folder / "series.json", folder / "found.json"
            path.write_bytes(msgspec.json.encode([np.exp(nights.logs).tolist() for nights in series]))
            _run([self.python, "-I", str(INSIDE / "detect.py"), detector, str(path), str(found)])
            return msgspec.json.decode(found.read_bytes(), type=list[list[int]])


def detectors(root: Path, progress: Callable[[str], None]) -> Detectors:
    """Make the others' environment from its lock, or find it made. root: holds envs/. Raises HarnessError."""
    python = create(ENVIRONMENT, root, progress).python
    versions = msgspec.json.decode(_run([python, "-I", "-c", _LOOK, *_DISTRIBUTIONS.values()]), type=list[str])
    return Detectors(python=python, versions=dict(zip(_DISTRIBUTIONS, versions, strict=True)))


def _run(command: Sequence[str]) -> bytes:
    """What a command prints. Raises HarnessError where it fails, or isn't done in time."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise HarnessError(f"the detectors' environment does not answer: {fault}") from fault
    if done.returncode:
        words = " ".join(done.stderr.decode(errors="replace").split())[-_LAST_CHARACTERS:] or "nothing"
        raise HarnessError(f"{command[0]} failed with exit code {done.returncode}; its last words: {words}")
    return done.stdout


def told(nights: Nights) -> list[Alarm]:
    """What the harness tells of a series alone, night for night."""
    return alarms(nights.logs, nights.launch, np.zeros(nights.logs.size), np.full(nights.logs.size, MOST_A_NIGHT))


def shown(nights: Nights) -> list[int]:
    """The steps that the harness shows when a series is as long as this."""
    return [step.at for step in segments_of(nights.logs, np.zeros(nights.logs.size), told(nights)).steps]
