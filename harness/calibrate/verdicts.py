"""How often the harness calls a function different from itself: the false alarms of its verdicts, for real."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from harness.calibrate.bench import SelfBench, Trial, twin_name
from harness.calibrate.noise import NOISES
from harness.failure import HarnessError
from harness.judge import decide, ratio_of
from harness.record.schema import Verdict


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One trial: what the twin's comparison came to. different: the 95 % interval excludes 1, as verdicts see it."""

    noise: str
    number: int
    trial: Trial
    launch_ratios: list[float]
    verdict: Verdict
    different: bool


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """False alarms in one noise."""

    noise: str
    trials: int
    different: int
    beyond_margin: int


def trials(
    bench: SelfBench, noise: str, trial: Trial, numbers: range, margin: float, keep: Callable[[Finding], None]
) -> Iterator[Finding]:
    """Run trials beside a noise, each with launches of its own."""
    for number in numbers:
        with NOISES[noise]():
            case = bench.run("loop", trial, seed=number)
        ratio = ratio_of(case, twin_name(case), case.baseline)
        if ratio is None or ratio.interval is None:
            raise HarnessError(f"trial {number} beside '{noise}' has measured nothing; start it again.")
        one_sided = min(ratio.launch_ratios) > 1 or max(ratio.launch_ratios) < 1
        excludes_one = not ratio.interval.low <= 1 <= ratio.interval.high
        finding = Finding(
            noise=noise,
            number=number,
            trial=trial,
            launch_ratios=ratio.launch_ratios,
            verdict=decide(ratio, margin).verdict,
            different=excludes_one and (one_sided or not ratio.few),
        )
        keep(finding)
        yield finding


def tally(noise: str, findings: list[Finding]) -> Tally:
    """How many of the trials called a function different from itself."""
    alarms = {Verdict.FASTER, Verdict.SLOWER}
    return Tally(
        noise=noise,
        trials=len(findings),
        different=sum(finding.different for finding in findings),
        beyond_margin=sum(finding.verdict in alarms for finding in findings),
    )


@contextlib.contextmanager
def appendable(path: Path) -> Iterator[BinaryIO]:
    """The file of findings, to be added to: without a last line that a kill has torn. Raises HarnessError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab+", buffering=0)
    except OSError as error:
        raise HarnessError(f"{path}: cannot be written: {error.strerror}. Choose another with --file.") from error
    with file:
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        yield file


def kept(path: Path, noise: str, trial: Trial) -> list[Finding]:
    """The findings that a file has already of this plan and noise; a torn last line is ignored.

    Raises HarnessError for a file that is something else.
    """
    if not path.exists():
        return []
    found = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        try:
            found.append(msgspec.json.decode(line, type=Finding))
        except msgspec.DecodeError as error:
            raise HarnessError(f"{path}:{number}: this is no finding of a calibration: {error}.") from error
    return [finding for finding in found if finding.noise == noise and finding.trial == trial]
