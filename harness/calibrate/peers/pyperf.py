"""pyperf: a script with its runner, run twice, and `compare_to`."""

from __future__ import annotations

import json
import time
from pathlib import Path

from harness.calibrate.peers import work
from harness.calibrate.peers.commands import run
from harness.calibrate.peers.place import Place
from harness.calibrate.peers.trial import Measured

_SCRIPT = f"""
import pyperf
from {work.MODULE} import {work.FUNCTION}

runner = pyperf.Runner()
runner.bench_func("{work.FUNCTION}", {work.FUNCTION})
"""
# pyperf's own defaults: so many processes, in each one value as warm-up and three that count, of 100 ms or longer.
_PROCESSES, _WARMUPS, _VALUES, _VALUE_S = 20, 1, 3, 0.1


def commands(place: Place, measuring_s: float) -> tuple[list[str], list[str], list[str]]:
    """For the first version, the second one, and their comparison.

    As many processes as have time for values of 100 ms; where these would be fewer than 20, shorter values in 20.
    The number of values is the same for both: pyperf can't compare others.
    """
    half_s = measuring_s / 2
    in_process = _WARMUPS + _VALUES
    most = half_s / (in_process * place.call_s)
    processes = max(2, int(min(most, max(_PROCESSES, half_s / (in_process * _VALUE_S)))))
    loops = max(1, round(half_s / (processes * in_process * place.call_s)))
    options = [
        f"--processes={processes}", f"--values={_VALUES}", f"--warmups={_WARMUPS}", f"--loops={loops}", "--quiet",
    ]  # fmt: skip
    first, second = ([place.python, "bench_work.py", *options, f"--output={name}.json"] for name in ("first", "second"))
    return first, second, [place.python, "-m", "pyperf", "compare_to", "first.json", "second.json"]


def measure(place: Place, folder: Path, measuring_s: float, extra: float) -> Measured:
    """Two versions of the file, one after the other. Raises HarnessError."""
    (folder / "bench_work.py").write_text(_SCRIPT, encoding="utf-8")
    *measuring, comparing = commands(place, measuring_s)
    began = time.monotonic()
    for command, more in zip(measuring, (0.0, extra), strict=True):
        work.write(folder, more)
        run(place.python, command, folder, 60 + 10 * measuring_s).checked()
    took_s = time.monotonic() - began
    said = run(place.python, comparing, folder, 60).checked().output
    first_s, second_s = (_values(folder / f"{name}.json") for name in ("first", "second"))
    loops = int(next(option.partition("=")[2] for option in measuring[0] if option.startswith("--loops=")))
    return Measured(
        first_s=first_s,
        second_s=second_s,
        slower="x slower" in said,
        faster="x faster" in said,
        measured_s=loops * (sum(first_s) + sum(second_s)),
        took_s=took_s,
    )


def _values(path: Path) -> list[float]:
    """Of all processes, without their warm-up."""
    (benchmark,) = json.loads(path.read_bytes())["benchmarks"]
    return [float(value_s) for process in benchmark["runs"] for value_s in process.get("values", ())]
