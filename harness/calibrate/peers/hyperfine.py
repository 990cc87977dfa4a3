"""hyperfine: two commands that call the function some times, and Welch's t-test on the times that it exports."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import time
from pathlib import Path

from harness.calibrate.peers import work
from harness.calibrate.peers.commands import run
from harness.calibrate.peers.place import Place
from harness.calibrate.peers.trial import Measured
from harness.failure import HarnessError

PROGRAM = "hyperfine"
# A command is a start of Python and so many calls: of 10 ms, they take several times as long as the start.
_CALLS = 10
# As in its documentation.
_WARMUPS = 3
_FEWEST_RUNS = 2
_EXPORTED = "times.json"


def missing() -> str | None:
    """What to do where hyperfine isn't installed; None where it is."""
    if shutil.which(PROGRAM):
        return None
    return "hyperfine isn't installed here: `apt-get install hyperfine`, or see github.com/sharkdp/hyperfine."


def version(place: Place) -> str:
    """Its own, and that of SciPy, whose test it is."""
    return f"{_own_version()} (SciPy {place.versions['scipy']})"


@functools.cache
def _own_version() -> str:
    if reason := missing():
        raise HarnessError(reason)
    done = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False)
    said = done.stdout.split()
    if len(said) != 2 or said[0] != PROGRAM:
        raise HarnessError(f"`{PROGRAM} --version` printed no version: what is installed here under this name?")
    return said[1]


def command(place: Place, measuring_s: float) -> list[str]:
    """Both versions, one after the other, each for half of the time with its warm-up."""
    once_s = place.start_s + _CALLS * place.call_s
    runs = max(_FEWEST_RUNS, round(measuring_s / 2 / once_s) - _WARMUPS)
    return [
        PROGRAM, f"--warmup={_WARMUPS}", f"--runs={runs}", "--style=basic", f"--export-json={_EXPORTED}",
        "python a.py", "python b.py",
    ]  # fmt: skip


def measure(place: Place, folder: Path, measuring_s: float, extra: float) -> Measured:
    """Two programs, one after the other. Raises HarnessError."""
    if reason := missing():
        raise HarnessError(reason)
    for name, more in (("a", 0.0), ("b", extra)):
        program = f"{work.source(more)}\n\nfor _ in range({_CALLS}):\n    {work.FUNCTION}()\n"
        (folder / f"{name}.py").write_text(program, encoding="utf-8")
    began = time.monotonic()
    run(place.python, command(place, measuring_s), folder, 60 + 10 * measuring_s).checked()
    took_s = time.monotonic() - began
    first_s, second_s = (each["times"] for each in json.loads((folder / _EXPORTED).read_bytes())["results"])
    return Measured(
        first_s=first_s,
        second_s=second_s,
        slower=None,
        faster=None,
        measured_s=sum(first_s) + sum(second_s),
        took_s=took_s,
    )
