"""What is true in each night of a simulated year."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec
import numpy as np
import numpy.typing as npt

from harness.calibrate.year.scenario import BEGINS, CASES, VARIANTS, Kind, Planted, Scenario
from harness.judge.floats import Floats

MODELS = ("AMD EPYC 7B13", "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz")
# So many nights hold both anchors after a move.
LINKING_NIGHTS = 6
# After it, the first anchor is measured once in so many nights.
FIRST_ANCHOR_EVERY = 30
# Nights that have to lie before and after a planted change, so that anybody could find it.
_BEFORE, _AFTER = 20, 10
_NOISY_NIGHTS, _NOISY_TIMES = 21, 4.0
_MISSED_SHARE, _GAP = 0.01, 5
_COMMIT_SHARE, _UPDATE_SHARE = 0.6, 0.12
_SMALLEST, _LARGEST = 1.04, 1.15
_SLOWER_PACKAGE = "numpy"
_VERSIONS = {
    "dask": (2026, 7), "joblib": (1, 5), "numpy": (2, 3), "pandas": (2, 3), "scikit-learn": (1, 8), "scipy": (1, 17),
    "threadpoolctl": (3, 6),
}  # fmt: skip


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """All that is true of a year. Arrays have a row a night, missed ones too; tests are (case, variant).

    log_ratios: shape (nights, tests), the code and lock of that night over the first anchor's on the first model of
    processor, without noise. effects: shape (models, tests), what a model adds to it.
    noise: shape (nights, tests), what the night itself adds: spread, and spikes. loud: shape (nights,), by how much
    launches spread more. base_s: shape (tests,), the first anchor's time. measured: nights that were. models: of
    processors, 0 or 1. answers, counters: shape (nights, tests), which of its answers, and numbers, a test gives.
    anchors: each night's, by number; tagged: the night of each anchor's code, None for the first.
    """

    scenario: Scenario
    tests: list[tuple[str, str]]
    dates: list[str]
    commits: list[str]
    versions: list[dict[str, str]]
    log_ratios: Floats
    effects: Floats
    noise: Floats
    loud: Floats
    base_s: Floats
    measured: npt.NDArray[np.bool_]
    models: npt.NDArray[np.intp]
    answers: npt.NDArray[np.intp]
    counters: npt.NDArray[np.intp]
    anchors: list[list[int]]
    tagged: dict[int, int | None]
    planted: list[Planted]


def truth_of(scenario: Scenario) -> Truth:
    """Draw a year. Seeded: the same for the same scenario."""
    return _Year(scenario).truth()


class _Year:
    """A year while it is drawn."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.chance = np.random.default_rng(scenario.seed)
        nights = scenario.nights
        self.tests = [
            (f"suite/test_{case}.py::{case}", variant)
            for case in _names(CASES, scenario.cases)
            for variant in _names(VARIANTS, scenario.variants)
        ]
        first = date.fromisoformat(BEGINS)
        self.dates = [str(first + timedelta(days=night)) for night in range(nights)]
        shape = nights, len(self.tests)
        self.planted: list[Planted] = []
        self.log_ratios = np.zeros(shape)
        self.loud = np.ones(nights)
        self.measured = np.ones(nights, dtype=np.bool_)
        self.models = np.zeros(nights, dtype=np.intp)
        self.answers = np.zeros(shape, dtype=np.intp)
        self.counters = np.full(shape, 61, dtype=np.intp)
        self.new_commit = self.chance.random(nights) < _COMMIT_SHARE
        self.updates: list[str | None] = [None] * nights
        self.anchors = [[1] for _ in range(nights)]
        self.tagged: dict[int, int | None] = {1: None}

        self.effects = np.zeros((len(MODELS), len(self.tests)))

    def truth(self) -> Truth:
        scenario, chance = self.scenario, self.chance
        shape = self.log_ratios.shape
        # Today's fresh solve differs from the anchor's lock from the first night on.
        self.log_ratios += np.repeat(chance.normal(0, 0.03, scenario.cases), scenario.variants)
        others = [name for name in _VERSIONS if name != _SLOWER_PACKAGE]
        for night in np.flatnonzero(chance.random(scenario.nights) < _UPDATE_SHARE):
            self.updates[night] = str(chance.choice(others))
        if scenario.changes:
            self._plant()
        noise = chance.normal(0, scenario.night_sd, shape) * self.loud[:, None]
        noise += (chance.random(shape) < scenario.spikes) * math.log1p(scenario.spike)
        self.planted.sort(key=lambda each: (each.night, each.case or "", each.variant or ""))
        return Truth(
            scenario=scenario,
            tests=self.tests,
            dates=self.dates,
            commits=_commits(self.new_commit, scenario.seed),
            versions=_versions(self.updates),
            log_ratios=self.log_ratios,
            effects=self.effects,
            noise=noise,
            loud=self.loud,
            base_s=np.exp(chance.normal(math.log(0.5), 0.8, shape[1])),
            measured=self.measured,
            models=self.models,
            answers=self.answers,
            counters=self.counters,
            anchors=self.anchors,
            tagged=self.tagged,
            planted=self.planted,
        )

    def _plant(self) -> None:
        nights, chance = self.scenario.nights, self.chance
        switch = self._another_cpu()
        noisy = self._noisy_machine(switch)
        self._missed_nights()
        self._move_anchor()
        free = [
            night
            for night in range(_BEFORE, nights - _AFTER)
            if not noisy - _AFTER <= night < noisy + _NOISY_NIGHTS + _BEFORE
            and not switch - _AFTER <= night < switch + _BEFORE
            and self.measured[night]
        ]
        if not free:
            return
        order = [int(test) for test in chance.permutation(len(self.tests))]
        case = self.tests[order[0]][0]
        for test in [number for number, (each, _) in enumerate(self.tests) if each == case]:
            order.remove(test)
        self._dependency(int(chance.choice(free)), case)
        ways = [self._slower_commit, self._faster_commit, self._another_answer, self._another_count]
        for plant, test in zip(ways, order, strict=False):
            plant(int(chance.choice(free)), test)

    def _tell(self, kind: Kind, night: int, what: str, test: int | None = None, **more: object) -> None:
        case, variant = self.tests[test] if test is not None else (None, None)
        told = {"kind": kind, "night": night, "date": self.dates[night], "case": case, "variant": variant, "what": what}
        self.planted.append(msgspec.convert(told | more, Planted))

    def _another_cpu(self) -> int:
        """From some night on the machine is another one, on which half of the cases have other ratios."""
        nights, chance = self.scenario.nights, self.chance
        night = int(chance.integers(nights // 2, max(nights // 2 + 1, 3 * nights // 4)))
        self.models[night:] = 1
        effect = np.where(np.arange(self.scenario.cases) % 2 == 0, chance.choice([-0.06, 0.06]), 0.0)
        self.effects[1] = np.repeat(effect, self.scenario.variants)
        self._tell(Kind.ANOTHER_CPU, night, f"{MODELS[1]} in the place of {MODELS[0]}")
        return night

    def _noisy_machine(self, switch: int) -> int:
        length = min(_NOISY_NIGHTS, max(1, self.scenario.nights // 10))
        night = int(self.chance.integers(0, max(1, switch - length)))
        self.loud[night : night + length] = _NOISY_TIMES
        what = f"nights and launches spread {_NOISY_TIMES:g} times as much"
        self._tell(Kind.NOISY_MACHINE, night, what, until=night + length)
        return night

    def _missed_nights(self) -> None:
        nights, chance = self.scenario.nights, self.chance
        self.measured &= chance.random(nights) >= _MISSED_SHARE
        gap = int(chance.integers(0, max(1, nights - _GAP)))
        if nights > 4 * _GAP:
            self.measured[gap : gap + _GAP] = False
        self.measured[0] = self.measured[-1] = True
        for first, after in _runs(~self.measured):
            self._tell(Kind.MISSED_NIGHT, first, f"{after - first} without a record", until=after)

    def _move_anchor(self) -> None:
        """A night's code becomes the second anchor, in lockstep with the first for some nights, then alone."""
        nights = self.scenario.nights
        if nights < 4 * LINKING_NIGHTS:
            return
        night = int(self.chance.integers(nights // 4, max(nights // 4 + 1, 9 * nights // 10 - LINKING_NIGHTS)))
        self.tagged[2] = night - 1
        linking = np.flatnonzero(self.measured & (np.arange(nights) >= night))[:LINKING_NIGHTS]
        for each in range(night, nights):
            together = each <= linking[-1] or (each - night) % FIRST_ANCHOR_EVERY == 0
            self.anchors[each] = [1, 2] if together else [2]
        self._tell(Kind.ANCHOR_MOVE, night, f"the code of {self.dates[night - 1]} is the second anchor")

    def _size(self) -> float:
        return float(np.exp(self.chance.uniform(math.log(_SMALLEST), math.log(_LARGEST))))

    def _dependency(self, night: int, case: str) -> None:
        change = self._size()
        self.updates[night] = _SLOWER_PACKAGE
        for test, (each, _) in enumerate(self.tests):
            if each == case:
                self.log_ratios[night:, test] += math.log(change)
                self._tell(Kind.DEPENDENCY, night, f"another {_SLOWER_PACKAGE} is slower", test, change=change)

    def _slower_commit(self, night: int, test: int) -> None:
        self._commit(night, test, self._size(), "a commit is slower")

    def _faster_commit(self, night: int, test: int) -> None:
        self._commit(night, test, 1 / self._size(), "a commit is faster")

    def _commit(self, night: int, test: int, change: float, what: str) -> None:
        self.new_commit[night] = True
        self.log_ratios[night:, test] += math.log(change)
        self._tell(Kind.COMMIT, night, what, test, change=change)

    def _another_answer(self, night: int, test: int) -> None:
        self.new_commit[night] = True
        self.answers[night:, test] += 1
        self._tell(Kind.ANSWER, night, "a commit gives another answer", test)

    def _another_count(self, night: int, test: int) -> None:
        self.new_commit[night] = True
        self.counters[night:, test] += 10
        self._tell(Kind.COUNTER, night, "a commit fits ten times more", test)


def _names(known: Sequence[str], count: int) -> list[str]:
    return [known[number] if number < len(known) else f"{known[0]}{number}" for number in range(count)]


def _commits(new: npt.NDArray[np.bool_], seed: int) -> list[str]:
    """The commit of each night: another one wherever there is a new one."""
    return [hashlib.sha1(f"{seed}: {count}".encode()).hexdigest() for count in np.cumsum(new)]  # noqa: S324 - as git


def _versions(updates: Sequence[str | None]) -> list[dict[str, str]]:
    now = {name: (*version, 0) for name, version in _VERSIONS.items()}
    told = []
    for update in updates:
        if update is not None:
            major, minor, micro = now[update]
            now[update] = (major, minor, micro + 1)
        told.append({name: ".".join(map(str, version)) for name, version in now.items()})
    return told


def _runs(flags: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and one past the last place of each run of true ones."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
