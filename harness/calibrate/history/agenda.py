"""What a calibration of history has to do, in which order, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from harness.calibrate.findings import Findings, Keeper, Pool, SeriesTrials, YearTrial
from harness.calibrate.history.detectors import Detectors, detectors
from harness.calibrate.history.kinds import Kind
from harness.calibrate.history.series import by_harness, pool_of, trials_of
from harness.calibrate.history.years import judged_year
from harness.calibrate.year import Scenario

HARNESS = "harness"
DETECTORS = (HARNESS, "otava", "ruptures", "asv")
# So many series at a time: what is kept when a calibration is cut.
AT_ONCE = 20


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. trials: series of each kind for the harness; peer_trials: of these, the first so many for the
    others too. years: how many, their seeds from 1 on.
    """

    kinds: Sequence[Kind]
    seed: int
    trials: int
    peer_trials: int
    years: int
    nights: int
    detectors: tuple[str, ...]
    budget_s: float


class Step(msgspec.Struct, frozen=True):
    """How far it is: parts done and wanted, what is left in seconds (None: nobody knows), what comes next."""

    done: int
    wanted: int
    left_s: float | None
    next: str


class _Part(msgspec.Struct, frozen=True):
    what: str
    sort: str
    key: tuple[object, ...]
    make: Callable[[], SeriesTrials | YearTrial]


def calibrate(
    asking: Asking,
    before: Findings,
    keeper: Keeper,
    root: Path,
    tell: Callable[[Step], None],
    say: Callable[[str], None],
) -> bool:
    """Do all that is asked for and isn't found yet; whether it was done within the budget.

    root: the project's folder, whose envs/ has the lock of the others' environment.
    """
    began = time.monotonic()
    have = {*map(_key_of, before.series), *map(_key_of, before.years)}
    parts = [part for part in _parts(asking, root, say) if part.key not in have]
    spent: dict[str, list[float]] = {}
    for number, part in enumerate(parts):
        if time.monotonic() - began >= asking.budget_s:
            return False
        tell(Step(number, len(parts), _left(parts[number:], spent), part.what))
        start = time.monotonic()
        keeper.keep(part.make())
        spent.setdefault(part.sort, []).append(time.monotonic() - start)
    return True


def _parts(asking: Asking, root: Path, say: Callable[[str], None]) -> Iterator[_Part]:
    for seed in range(1, asking.years + 1):
        scenario = Scenario(seed=seed, nights=asking.nights)
        what = f"year {seed} of {asking.years}"
        yield _Part(what, "year", ("year", seed, asking.nights), partial(judged_year, scenario))
    here = _Others(root, say)
    pools = {kind.name: _digest(pool_of(kind)) for kind in asking.kinds}
    for kind in asking.kinds:
        for detector in asking.detectors:
            count = asking.trials if detector == HARNESS else asking.peer_trials
            for first in range(0, count, AT_ONCE):
                numbers = range(first, min(first + AT_ONCE, count))
                make = partial(by_harness, kind, asking.seed, numbers)
                if detector != HARNESS:
                    make = partial(here.trials, detector, kind, asking.seed, numbers)
                key = ("series", detector, kind.name, pools[kind.name], asking.seed, numbers.start, len(numbers))
                what = f"{kind.name}, {detector}, series {first + 1} of {count}"
                yield _Part(what, f"{detector}, {'step' if kind.step else 'flat'}", key, make)


class _Others:
    """The others' environment, made when the first of them is asked."""

    def __init__(self, root: Path, say: Callable[[str], None]) -> None:
        self.root = root
        self.say = say
        self.made: Detectors | None = None

    def trials(self, detector: str, kind: Kind, seed: int, numbers: range) -> SeriesTrials:
        self.made = self.made or detectors(self.root, self.say)
        return trials_of(
            detector, self.made.versions[detector], kind, seed, numbers, partial(self.made.found, detector)
        )


def _key_of(line: SeriesTrials | YearTrial) -> tuple[object, ...]:
    if isinstance(line, YearTrial):
        return "year", line.seed, line.nights
    return "series", line.detector, line.kind, _digest(line.pool), line.seed, line.first, line.trials


def _digest(pool: Pool | None) -> str:
    return pool.digest if pool is not None else ""


def _left(parts: list[_Part], spent: dict[str, list[float]]) -> float | None:
    """By what each sort of part took so far, those that none of was made as the dearest of the others."""
    if not spent:
        return None
    usual = {sort: sum(times) / len(times) for sort, times in spent.items()}
    return sum(usual.get(part.sort, max(usual.values())) for part in parts)
