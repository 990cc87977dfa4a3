"""asv: `continuous` over two commits of a small project."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import msgspec

from harness.calibrate.peers.asv_project import MACHINE, RESULTS, Project, project
from harness.calibrate.peers.place import Place
from harness.calibrate.peers.trial import Measured
from harness.failure import HarnessError

# asv's own defaults: so many rounds, each with so much warm-up.
_ROUNDS, _WARMUP_S = 2, 0.1
_DECREASED, _INCREASED, _UNCHANGED = "PERFORMANCE DECREASED", "PERFORMANCE INCREASED", "NOT SIGNIFICANTLY CHANGED"


class _Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """Of one commit: samples in seconds of a call, and how many calls were one sample."""

    samples_s: list[float]
    calls: int


def missing() -> str | None:
    """What asv can't do without; None where it is there."""
    return None if shutil.which("git") else "asv compares commits, and git isn't installed here."


def command(place: Place, measuring_s: float) -> list[str]:
    """Its two rounds over both commits, each for a quarter of the time, warm-up included."""
    sampling_s = max(0.0, measuring_s / (2 * _ROUNDS) - _WARMUP_S)
    return [
        place.python, "-m", "asv", "continuous", "HEAD~1", "HEAD", f"--machine={MACHINE}",
        "--attribute", f"repeat=(2,1000000,{sampling_s:g})",
    ]  # fmt: skip


def measure(place: Place, folder: Path, measuring_s: float, extra: float) -> Measured:
    """Two commits, in turns; what asv builds is kept beside `folder` for the next trial. Raises HarnessError."""
    if reason := missing():
        raise HarnessError(reason)
    made = project(place, folder, extra)
    shutil.rmtree(made.folder / RESULTS, ignore_errors=True)
    began = time.monotonic()
    done = made.run(command(place, measuring_s), 300 + 10 * measuring_s)
    took_s = time.monotonic() - began
    # Its exit code is 1 both where the second commit is slower and where asv failed.
    if not any(verdict in done.output for verdict in (_DECREASED, _INCREASED, _UNCHANGED)):
        raise done.failure()
    first, second = (_recorded(made, commit) for commit in ("HEAD~1", "HEAD"))
    if first is None or second is None:
        raise done.failure()
    return Measured(
        first_s=first.samples_s,
        second_s=second.samples_s,
        slower=_DECREASED in done.output,
        faster=_INCREASED in done.output,
        measured_s=sum(each.calls * sum(each.samples_s) for each in (first, second)),
        took_s=took_s,
    )


def _recorded(made: Project, name: str) -> _Recorded | None:
    """What asv has kept of a commit; None where that is a failure."""
    commit = made.run(["git", "rev-parse", name]).checked().output.strip()
    found = list((made.folder / RESULTS / MACHINE).glob(f"{commit[:8]}-*.json"))
    if len(found) != 1:
        return None
    document = json.loads(found[0].read_bytes())
    (values,) = document["results"].values()
    columns = dict(zip(document["result_columns"], values, strict=False))
    if not columns.get("samples") or not columns["samples"][0]:
        return None
    return _Recorded(samples_s=columns["samples"][0], calls=columns["stats_number"][0])
