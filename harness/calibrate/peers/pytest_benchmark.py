"""pytest-benchmark: a run that is saved, and a run that is compared with it and fails above `mean:5%`."""

from __future__ import annotations

import json
import time
from pathlib import Path

from harness.calibrate.peers import work
from harness.calibrate.peers.commands import Done, run
from harness.calibrate.peers.place import Place
from harness.calibrate.peers.trial import Measured
from harness.failure import HarnessError

_TEST = f"""
from {work.MODULE} import {work.FUNCTION}

def test_work(benchmark):
    benchmark({work.FUNCTION})
"""
_REGRESSED = "Performance has regressed"


def commands(place: Place, measuring_s: float) -> tuple[list[str], list[str]]:
    """For the first version and the second one: each is called for half of the time."""
    common = [
        place.python, "-m", "pytest", "test_work.py", "-p", "no:cacheprovider",
        f"--benchmark-max-time={measuring_s / 2:g}", "--benchmark-save-data",
    ]  # fmt: skip
    first = [*common, "--benchmark-save=first"]
    second = [*common, "--benchmark-save=second", "--benchmark-compare=0001", "--benchmark-compare-fail=mean:5%"]
    return first, second


def measure(place: Place, folder: Path, measuring_s: float, extra: float) -> Measured:
    """Two versions of the file, one after the other. Raises HarnessError."""
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_work.py").write_text(_TEST, encoding="utf-8")
    began = time.monotonic()
    done: list[Done] = []
    for command, more in zip(commands(place, measuring_s), (0.0, extra), strict=True):
        work.write(folder, more)
        done.append(run(place.python, command, folder, 60 + 10 * measuring_s))
    took_s = time.monotonic() - began
    slower = _REGRESSED in done[1].output
    done[0].checked()
    if not slower:
        done[1].checked()
    first_s, second_s = _recorded(folder, "first"), _recorded(folder, "second")
    return Measured(
        first_s=first_s,
        second_s=second_s,
        slower=slower,
        faster=None,
        measured_s=sum(first_s) + sum(second_s),
        took_s=took_s,
    )


def _recorded(folder: Path, name: str) -> list[float]:
    found = list(folder.glob(f".benchmarks/*/*_{name}.json"))
    if len(found) != 1:
        raise HarnessError(f"pytest-benchmark has saved {len(found)} runs named '{name}' where it should be one.")
    (benchmark,) = json.loads(found[0].read_bytes())["benchmarks"]
    return [float(time_s) for time_s in benchmark["stats"]["data"]]
