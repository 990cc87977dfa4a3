"""What a calibration found, kept as it is found: one JSON document a line, in a file that can only grow."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.calibrate.company import Company
from harness.failure import HarnessError

BASIS_POINT = 1e-4
# The half-width at which `harness run` is content unless the user says.
PRECISION = 0.02
# How every line begins: a file that was cut in its first one is told from one that is something else.
_BEGIN = b'{"is":"'


class Line(msgspec.Struct, frozen=True, kw_only=True, tag_field="is", omit_defaults=True):
    """One line of the file."""


class Sitting(Line, frozen=True, kw_only=True, tag="sitting"):
    """Where and when the trials that name it were made.

    machine: its stable fields, machine_digest: theirs. environment: the address of what the harness measured in.
    """

    id: str
    began: str
    harness_version: str
    commit: str | None
    machine: dict[str, Any]
    machine_digest: str
    kernel: str | None
    environment: str
    python: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one comparison of a trial came to.

    different: its interval excludes 1, as a verdict sees it. log_ratio: the mean over launches, None where there are
    none. looks: those that were taken, the end included: after how many launches, and the share of the error
    probability that was given out by then. launches: of each, the blocks' log ratios in basis points (0.01 %), far
    below what separates two blocks.
    """

    log_ratio: float | None
    different: bool
    looks: list[tuple[int, float]] = []
    launches: list[list[int]]


class Trial(Line, frozen=True, kw_only=True, omit_defaults=True):
    """What the trials of all tools have in common.

    experiment: what was measured (`harness.calibrate.experiments`). number: of the trial, from 0; with noise and
    experiment it makes its seed. budget_s: what it was given; spent_s: what it took. company: who else was there.
    """

    sitting: str
    experiment: str
    noise: str
    number: int
    budget_s: float
    spent_s: float
    company: Company


class HarnessTrial(Trial, frozen=True, kw_only=True, tag="harness", omit_defaults=True):
    """A trial of the harness. comparisons: by name, "twin" and, where there is one, "changed".

    launch_s: what each launch took. precision: the half-width that it was asked for, as a share. fixed_launches: where
    the plan was fixed beforehand, and no look could stop it.
    """

    comparisons: dict[str, Comparison]
    launch_s: list[float]
    precision: float = PRECISION
    fixed_launches: int | None = None


class PeerTrial(Trial, frozen=True, kw_only=True, tag="peer", omit_defaults=True):
    """A trial of a peer: identical code, measured as two versions, and judged by the peer's own code.

    rule: its default one, threshold: that rule's number, in the unit of `unit`; the larger, the less is called
    different. slower, faster: what it calls the second version. log_ratio: second over first, as it states it.
    measured_s: how long the calls that it recorded took together. statistic: both are called different at any threshold
    below this. criticals: for some thresholds, the smallest extra slow-down (0.02: by 2 %) with which it would have
    called the second version slower; negative where it does so as it is, None where not even a fourfold one would do.
    """

    peer: str
    version: str
    rule: str
    unit: str
    threshold: float
    slower: bool
    faster: bool
    log_ratio: float
    measured_s: float
    statistic: float
    criticals: list[tuple[float, float | None]]


class Coverage(Line, frozen=True, kw_only=True, tag="coverage"):
    """The share of simulated trials in which the intervals held the truth. stopped: by true ratio."""

    model: str
    launches: int
    trials: int
    seed: int
    fixed: float
    stopped: dict[str, float]


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """Real trials that series are drawn from. digest: of what they found. sd, usual_sd: standard deviation of the
    logarithm from trial to trial, and what it is by the median absolute deviation, which few far ones don't move. told:
    steps that the harness tells in all of them as one series, in the order in which they were measured.
    """

    digest: str
    trials: int
    sd: float
    usual_sd: float
    told: int


class SeriesTrials(Line, frozen=True, kw_only=True, tag="series", omit_defaults=True):
    """What a detector of change points found in simulated series of one kind, those from number `first` on.

    Of flat ones, in how many it found a change point: at_the_end, at night 100; at_any_look, every 20 nights;
    every_night: the harness, which tells night for night. within: of those with a step, in how many it was found when
    it had so many nights. pool: of series of real trials, what they were drawn from.
    """

    detector: str
    version: str
    kind: str
    seed: int
    first: int
    trials: int
    at_the_end: int | None = None
    at_any_look: int | None = None
    every_night: int | None = None
    within: dict[str, int] = {}
    pool: Pool | None = None


class YearTrial(Line, frozen=True, kw_only=True, tag="year", omit_defaults=True):
    """What history told of a simulated year, night for night.

    planted, found: by kind of change. false: steps that nothing was planted for, shown_false: those of them that stand
    at the year's end. late: nights from each planted step to the one that told of it.
    """

    seed: int
    nights: int
    series: int
    planted: dict[str, int]
    found: dict[str, int]
    false: int
    shown_false: int
    late: list[int]


AnyLine = Sitting | HarnessTrial | PeerTrial | Coverage | SeriesTrials | YearTrial


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """All lines of some files."""

    sittings: list[Sitting]
    harness: list[HarnessTrial]
    peers: list[PeerTrial]
    coverage: list[Coverage]
    series: list[SeriesTrials] = []
    years: list[YearTrial] = []


def read(paths: Sequence[Path]) -> Findings:
    """The findings in some files, in their order; a last line that a kill has torn is ignored.

    Raises HarnessError for a file that can't be read, and for a line that is something else, by its number.
    """
    lines = [line for path in paths for line in _lines(path)]
    return Findings(
        sittings=[line for line in lines if isinstance(line, Sitting)],
        harness=[line for line in lines if isinstance(line, HarnessTrial)],
        peers=[line for line in lines if isinstance(line, PeerTrial)],
        coverage=[line for line in lines if isinstance(line, Coverage)],
        series=[line for line in lines if isinstance(line, SeriesTrials)],
        years=[line for line in lines if isinstance(line, YearTrial)],
    )


class Keeper:
    """Adds lines to a file; each has left the process before `keep` returns."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path

    def keep(self, line: AnyLine) -> None:
        """Write one line. Raises HarnessError where it can't be written whole."""
        content = msgspec.json.encode(line) + b"\n"
        try:
            written = os.write(self._descriptor, content)
            if written != len(content):
                os.write(self._descriptor, content[written:])
        except OSError as error:
            raise _unwritable(self._path, error) from error


@contextlib.contextmanager
def appendable(path: Path) -> Iterator[tuple[Findings, Keeper]]:
    """A file of findings, to be added to: what it has, and what keeps more; without a last line that a kill has torn.

    Raises HarnessError where it can't be read or written, is something else, or another process adds to it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HarnessError(
                f"{path}: another calibration is adding to it. Wait until it has ended, or choose another --file."
            ) from None
        # Read before it is cut: a file that is something else stays as it is.
        found = read([path])
        os.ftruncate(descriptor, path.read_bytes().rfind(b"\n") + 1)
        yield found, Keeper(descriptor, path)
    finally:
        os.close(descriptor)


def _lines(path: Path) -> Iterator[AnyLine]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HarnessError(f"{path}: cannot be read: {error.strerror}.") from error
    decoder = msgspec.json.Decoder(AnyLine)
    lines = content.split(b"\n")
    if len(lines) == 1 and not _BEGIN.startswith(content[: len(_BEGIN)]):
        raise HarnessError(f"{path}:1: this is no finding of a calibration. Choose another file.")
    for number, line in enumerate(lines[:-1], start=1):
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HarnessError(
                f"{path}:{number}: this is no finding of a calibration: {error}. Choose another file, or take the "
                "damaged line out."
            ) from error


def _unwritable(path: Path, error: OSError) -> HarnessError:
    return HarnessError(f"{path}: cannot be written: {error.strerror}. Choose another file with --file.")
