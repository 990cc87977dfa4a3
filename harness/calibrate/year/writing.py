"""The records of a simulated year, as real nights would leave them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
import numpy as np

from harness import __version__
from harness.calibrate.coverage import hodges_lehmann_rows
from harness.calibrate.year.planting import MODELS, Truth
from harness.judge.counters import changes
from harness.judge.floats import Floats
from harness.judge.looks import one_look
from harness.judge.ratio import ratio_over_launches
from harness.judge.verdict import Decision, decide
from harness.machine.digest import digest
from harness.record import Store
from harness.record.schema import (
    Agreement,
    Anchor,
    Answer,
    AnswerJudgement,
    Case,
    CaseJudgement,
    EnvironmentRecord,
    Fingerprint,
    Launch,
    Night,
    Phase,
    Plan,
    Record,
    Sample,
    Tolerance,
    Variant,
    VariantJudgement,
    Verdict,
    Verification,
)

_TODAY = "newest:HEAD"
_PYTHON = "3.11.7"
_MARGIN = 0.02
_FAMILY_ERROR = 0.05


def write(truth: Truth, store: Store) -> int:
    """Write a year's anchors, locks and records. Returns how many records; raises HarnessError as the store does."""
    for number in truth.tagged:
        store.keep_anchor(_anchor(truth, number))
    nights: list[int | None] = [None, *range(truth.scenario.nights)]
    for lock in dict.fromkeys(_lock(_versions_of(truth, night)) for night in nights):
        store.keep_lock(lock)
    count = 0
    for record in records_of(truth):
        store.write(record)
        count += 1
    return count


def records_of(truth: Truth) -> Iterator[Record]:
    """The records of the nights that were measured, the first one first."""
    chance = np.random.default_rng([truth.scenario.seed, 1])
    for night in np.flatnonzero(truth.measured):
        yield _Night(truth, int(night), chance).record()


class _Night:
    """One night, measured."""

    def __init__(self, truth: Truth, night: int, chance: np.random.Generator) -> None:
        self.truth = truth
        self.night = night
        self.anchors = truth.anchors[night]
        self.names = [*(f"live:v{number}" for number in self.anchors), _TODAY]
        # Of which night each environment's code and lock are; None is the first anchor.
        self.nights: list[int | None] = [*(truth.tagged[number] for number in self.anchors), night]
        self.times_s = self._times(chance)
        self.medians_s = np.median(np.median(self.times_s, axis=3), axis=2).tolist()
        self.slow_s = np.percentile(self.times_s, 95, axis=(2, 3)).tolist()
        began = datetime.fromisoformat(f"{truth.dates[night]}T02:00:00+00:00")
        self.began = began + timedelta(seconds=int(chance.integers(0, 1800)))
        self.id = f"{self.began:%Y%m%dT%H%M%SZ}-{chance.integers(0, 2**16):04x}"
        self.hash_seeds = chance.integers(0, 2**32, truth.scenario.launches).tolist()

    def record(self) -> Record:
        truth, scenario = self.truth, self.truth.scenario
        environments = [self._environment(place) for place in range(len(self.names))]
        measured_s = float(self.times_s.sum()) * 1.2
        cases = [self._case(test) for test in range(len(truth.tests))]
        return Record(
            id=self.id,
            harness_version=__version__,
            began=self.began.isoformat(),
            ended=(self.began + timedelta(seconds=math.ceil(measured_s))).isoformat(),
            measured_s=measured_s,
            plan=Plan(
                paths=["suite"],
                keyword=None,
                scale="nightly",
                budget_s=900.0,
                launches=scenario.launches,
                precision=0.02,
                margin=_MARGIN,
                cores=[0, 1],
                threads=2,
                seed=scenario.seed,
                timeout_s=None,
                night=Night(date=truth.dates[self.night], anchors=self.anchors),
            ),
            environment=environments[0],
            against=environments[1:],
            fingerprint=_fingerprint(truth, self.nights[0], int(truth.models[self.night])),
            cases=cases,
            judgements=[self._judgement(test, case) for test, case in enumerate(cases)],
        )

    def _times(self, chance: np.random.Generator) -> Floats:
        """Seconds, shape (environments, tests, launches, blocks)."""
        truth, scenario, night = self.truth, self.truth.scenario, self.night
        levels = np.array([_level(truth, of, int(truth.models[night])) for of in self.nights])
        levels[-1] += truth.noise[night]
        tests = len(truth.tests)
        shape = len(self.names), tests, scenario.launches, 1
        of_launch = chance.normal(0, scenario.launch_sd / math.sqrt(2) * truth.loud[night], shape)
        of_turn = chance.normal(0, scenario.turn_sd, (*shape[:-1], scenario.blocks))
        levels += np.log(truth.base_s)
        times_s: Floats = np.exp(levels[..., None, None] + of_launch + of_turn)
        return times_s

    def _environment(self, place: int) -> EnvironmentRecord:
        truth, night = self.truth, self.nights[place]
        versions = _versions_of(truth, night)
        software = _software(tuple(versions.items()))
        commit = _commit_of(truth, night)
        revision = self.names[place].partition(":")[2]
        stated = EnvironmentRecord(
            address=self.names[place],
            kind="wheels",
            python=_PYTHON,
            lock_digest=_lock_digest(_lock(versions)),
            verification=Verification(state="verified", packages=len(versions)),
            revision=revision,
            commit=commit,
        )
        if place == 0:
            return stated
        return msgspec.structs.replace(
            stated,
            software=software,
            software_digest=_software_digest(tuple(versions.items())),
            code={"commit": commit, "dirty": None},
            code_digest=_digest_of(commit),
        )

    def _case(self, test: int) -> Case:
        truth, scenario = self.truth, self.truth.scenario
        case, variant = truth.tests[test]
        file, _, group = case.partition("::")
        times = self.times_s[:, test]
        return Case(
            id=f"{case}: {variant}",
            of=case,
            variant=variant,
            file=file,
            group=group,
            params={},
            baseline=self.names[0],
            baseline_stated=True,
            tolerance=Tolerance(rtol=1e-6, atol=0.0),
            blocks_per_launch=scenario.blocks,
            variants=[self._variant(place, test) for place in range(len(self.names))],
            launches=[
                Launch(number=launch, hash_seed=seed, began=self.began.isoformat(), start_s=1.5, phase=Phase.MEASURED)
                for launch, seed in enumerate(self.hash_seeds, 1)
            ],
            samples=[
                Sample(
                    launch=launch + 1,
                    block=block,
                    variant=name,
                    calls=1,
                    wall_s=float(times[place, launch, block]),
                    cpu_s=float(times[place, launch, block]),
                    phase=Phase.MEASURED,
                )
                for launch in range(scenario.launches)
                for block in range(scenario.blocks)
                for place, name in enumerate(self.names)
            ],
        )

    def _variant(self, place: int, test: int) -> Variant:
        truth, night = self.truth, self.nights[place]
        case, variant = truth.tests[test]
        number = 0 if night is None else int(truth.answers[night, test])
        counted = int(truth.counters[0 if night is None else night, test])
        launches = list(range(1, truth.scenario.launches + 1))
        value = {"score": round(0.91 + test / 1000 + number / 100, 6)}
        return Variant(
            name=self.names[place],
            nodeid=f"{case.partition('::')[0]}::test_{case.partition('::')[2]}[{variant}]",
            environment=place,
            answers=[Answer(launches=launches, digest=_digest_of(value["score"]), value=value)],
            counters=[{"fits": counted}] * len(launches),
            peak_bytes=[250_000_000 + 10_000_000 * test] * len(launches),
        )

    def _judgement(self, test: int, case: Case) -> CaseJudgement:
        rows = [self._judged(place, test, case) for place in range(len(self.names))]
        return CaseJudgement(case=case.id, variants=rows, comparisons=len(self.truth.tests) * (len(self.names) - 1))

    def _judged(self, place: int, test: int, case: Case) -> VariantJudgement:
        times = self.times_s[place, test]
        ours, theirs = case.variants[place], case.variants[0]
        decision = Decision(verdict=Verdict.BASELINE, reason="")
        ratio = None
        if place:
            log_ratios = hodges_lehmann_rows(np.log(times / self.times_s[0, test]))
            confidence = 1 - _FAMILY_ERROR / len(self.truth.tests)
            ratio = ratio_over_launches(log_ratios, one_look(log_ratios.size), times.size, confidence)
            decision = decide(ratio, _MARGIN)
        same = ours.answers[0].digest == theirs.answers[0].digest
        return VariantJudgement(
            variant=self.names[place],
            verdict=decision.verdict,
            reason=decision.reason,
            answer=AnswerJudgement(
                agreement=Agreement.AGREE if same else Agreement.DIFFER, detail="" if same else "at score"
            ),
            median_s=self.medians_s[place][test],
            p95_s=self.slow_s[place][test],
            cpu_s=self.medians_s[place][test],
            ratio=ratio,
            smallest_seen=decision.smallest_seen,
            peak_bytes=ours.peak_bytes[0],
            counters=ours.counters[0],
            counter_changes=changes(theirs.counters, ours.counters) if place else [],
        )


def _level(truth: Truth, of: int | None, model: int) -> Floats:
    """Log ratios of a night's code and lock to the first anchor's, on a model of processor, without noise."""
    level: Floats = np.zeros(len(truth.tests)) if of is None else truth.log_ratios[of] + truth.effects[model]
    return level


def _versions_of(truth: Truth, night: int | None) -> dict[str, str]:
    """What is installed. The first anchor's lock is older than all nights."""
    if night is not None:
        return truth.versions[night]
    return {name: f"{version.rpartition('.')[0]}.dev0" for name, version in truth.versions[0].items()}


def _commit_of(truth: Truth, night: int | None) -> str:
    return truth.commits[night] if night is not None else _digest_of(f"{truth.scenario.seed}: the first anchor")[:40]


def _anchor(truth: Truth, number: int) -> Anchor:
    night = truth.tagged[number]
    return Anchor(
        number=number,
        commit=_commit_of(truth, night),
        tag=f"v{number}",
        address="live",
        lock_digest=_lock_digest(_lock(_versions_of(truth, night))),
        made=f"{truth.dates[night or 0]}T12:00:00+00:00",
        why="the first release" if night is None else "a release",
    )


def _lock(versions: dict[str, str]) -> str:
    return "".join(f"{name}=={version}\n" for name, version in versions.items())


def _fingerprint(truth: Truth, night: int | None, model: int) -> Fingerprint:
    versions, commit = _versions_of(truth, night), _commit_of(truth, night)
    machine = _machine(model)
    return Fingerprint(
        machine=machine,
        machine_digest=_digest_of(MODELS[model]),
        software=_software(tuple(versions.items())),
        software_digest=_software_digest(tuple(versions.items())),
        code={"commit": commit, "dirty": None},
        code_digest=_digest_of(commit),
        state={"kernel": "6.1.0", "load": 0.3},
    )


def _machine(model: int) -> dict[str, Any]:
    return {
        "architecture": "x86_64",
        "os": "Linux",
        "cpu_model": MODELS[model],
        "physical_cores": 1,
        "logical_cores": 2,
        "memory_gib": 24,
        "quota_cores": "unlimited",
        "hypervisor": "kvm",
    }


@cache
def _software(versions: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {
        "python": {"version": _PYTHON, "build": "main", "compiler": "GCC 12.2.0"},
        "distributions": {name: {"version": version, "record": ""} for name, version in versions},
    }


@cache
def _software_digest(versions: tuple[tuple[str, str], ...]) -> str:
    return digest(_software(versions))


@cache
def _lock_digest(lock: str) -> str:
    return hashlib.sha256(lock.encode()).hexdigest()


@cache
def _digest_of(stated: str | float) -> str:
    return digest(stated)
