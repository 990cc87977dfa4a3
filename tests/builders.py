"""Records made up for tests: realistic in shape, and consistent in themselves.

`make_record()` is one of two suites; `make_case("name", [Way(...), ...])` makes a case and its judgement with verdicts
as given (nothing is computed but what the figures of a way say), so that a test states what it wants to see.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from dataclasses import dataclass, field
from typing import Any

from harness.record.schema import (
    Agreement,
    Answer,
    AnswerJudgement,
    Case,
    CaseJudgement,
    Conditions,
    EnvironmentRecord,
    Failure,
    FailureKind,
    Fingerprint,
    Interval,
    Launch,
    Phase,
    Plan,
    Ratio,
    Record,
    Sample,
    Tolerance,
    Variant,
    VariantJudgement,
    Verdict,
    Verification,
)

RUN_ID = "20261122T150312Z-7f3a"
LOCK_DIGEST = "5f0c" * 16


@dataclass(frozen=True)
class Way:
    """A variant as a test wants it: its time, its verdict, and what stands beside them.

    spread: relative half-width of the ratio's interval. died: why it was not measured.
    """

    name: str
    time_s: float
    verdict: Verdict = Verdict.BASELINE
    agreement: Agreement = Agreement.AGREE
    detail: str = ""
    answer: Any = None
    counters: dict[str, int] = field(default_factory=dict)
    parts_s: dict[str, float] = field(default_factory=dict)
    peak_bytes: int | None = None
    cpu_s: float | None = None
    spread: float = 0.03
    smallest_seen: float | None = None
    reason: str = ""
    died: str = ""


def make_ratio(estimate: float, launches: int, blocks: int, spread: float = 0.03) -> Ratio:
    """A ratio with as much around it as that many launches allow."""
    steps = [2 * i / (launches - 1) - 1 for i in range(launches)] if launches > 1 else [0.0]
    interval = adjusted = None
    if launches >= 3:
        interval = Interval(low=estimate * math.exp(-spread), high=estimate * math.exp(spread), confidence=0.95)
        adjusted = Interval(
            low=estimate * math.exp(-1.5 * spread), high=estimate * math.exp(1.5 * spread), confidence=0.99
        )
    return Ratio(
        estimate=estimate,
        launches=launches,
        blocks=launches * blocks,
        launch_ratios=[estimate * math.exp(0.7 * spread * step) for step in steps],
        interval=interval,
        adjusted=adjusted,
        few=3 <= launches <= 5,
        p_value=0.001 if launches >= 3 else None,
        signed_rank_p=0.03 if launches >= 6 else None,
    )


def make_case(
    name: str,
    ways: list[Way],
    *,
    launches: int = 6,
    blocks: int = 4,
    limit_s: float | None = None,
    twin_of: str | None = None,
    twin_ratio: float = 1.004,
    baseline_stated: bool = True,
    params: dict[str, str] | None = None,
    seed: int = 0,
) -> tuple[Case, CaseJudgement]:
    """A case with samples scattered around the ways' times, and its judgement. The baseline is the first way."""
    rng = random.Random(seed)
    file = f"benchmarks/{name.replace(' ', '_')}/test_{name.replace(' ', '_')}.py"
    case_id = f"{file}::{name}"
    twins = [Way(f"{twin_of} (twin)", way.time_s * twin_ratio) for way in ways if way.name == twin_of]
    measured = [way for way in [*ways, *twins] if not way.died]
    samples = [
        Sample(
            launch=launch,
            block=block,
            variant=way.name,
            calls=1,
            wall_s=(wall := way.time_s * math.exp(rng.gauss(0, 0.01))),
            cpu_s=wall if way.cpu_s is None else way.cpu_s,
            phase=Phase.WARM_UP if block == 0 else Phase.MEASURED,
        )
        for launch in range(launches)
        for block in range(blocks + 1)
        for way in rng.sample(measured, len(measured))
    ]
    case = Case(
        id=case_id,
        file=file,
        group=name,
        params=params or {},
        baseline=ways[0].name,
        baseline_stated=baseline_stated,
        tolerance=Tolerance(rtol=1e-6, atol=0.0),
        blocks_per_launch=blocks,
        variants=[_variant(way, file, launches) for way in ways]
        + [_variant(twin, file, launches, twin_of) for twin in twins],
        limit_s=[] if limit_s is None else [limit_s] * launches,
        launches=[
            Launch(
                number=launch,
                hash_seed=rng.randrange(2**32),
                began=f"2026-11-22T15:{3 + launch:02}:00+00:00",
                start_s=1.5,
                phase=Phase.MEASURED,
            )
            for launch in range(launches)
        ],
        samples=samples,
        conditions=[
            Conditions(launch=launch, block=block, steal_share=0.0, throttled_s=0.0, swapped_bytes=0, load=1.1)
            for launch in range(launches)
            for block in range(blocks + 1)
        ],
    )
    judgement = CaseJudgement(
        case=case_id,
        variants=[_judged(way, ways[0], launches, blocks, limit_s) for way in ways],
        comparisons=len(measured) - 1,
        twin=make_ratio(twin_ratio, launches, blocks, 0.012) if twins else None,
        twin_of=twin_of if twins else None,
        limit_s=limit_s,
    )
    return case, judgement


def make_record(
    *cases: tuple[Case, CaseJudgement],
    run: str = RUN_ID,
    scale: str = "lecture",
    verification: Verification | None = None,
    missing: list[str] | None = None,
    data: dict[str, Any] | None = None,
    measured_s: float = 251.0,
    interruptions: int = 0,
    against: list[EnvironmentRecord] | None = None,
) -> Record:
    """A record of these cases; without any, of a grid search and a KMeans as the suites would give them."""
    cases = cases or (grid_search(), kmeans())
    return Record(
        id=run,
        harness_version="0.1.0",
        began="2026-11-22T15:03:12+00:00",
        ended="2026-11-22T15:08:01+00:00",
        measured_s=measured_s,
        plan=Plan(
            paths=["benchmarks"],
            keyword=None,
            scale=scale,
            budget_s=300.0,
            launches=6,
            precision=0.02,
            margin=0.02,
            cores=[0, 1],
            threads=2,
            seed=1,
            timeout_s=None,
        ),
        environment=EnvironmentRecord(
            address="subject@wheels",
            kind="wheels",
            python="3.11.7",
            lock_digest=LOCK_DIGEST,
            verification=verification or Verification(state="verified"),
        ),
        against=against or [],
        fingerprint=make_fingerprint(),
        cases=[case for case, _ in cases],
        judgements=[judgement for _, judgement in cases],
        data={"newsgroups": {"source": "generated", "digest": "sha256:" + "ab12" * 16}} if data is None else data,
        interruptions=interruptions,
        missing=missing or [],
    )


def make_fingerprint() -> Fingerprint:
    """A small machine with two packages."""
    return Fingerprint(
        machine={
            "cpu_model": "AMD EPYC 7B13",
            "physical_cores": 1,
            "logical_cores": 2,
            "caches": {"L1d": 32768, "L2": 524288, "L3": 33554432},
            "memory_gib": 24,
            "quota_cores": None,
            "hypervisor": "kvm",
        },
        machine_digest="a1" * 32,
        software={
            "python": {"version": "3.11.7", "build": "main", "compiler": "GCC 12.2.0"},
            "pools": [{"api": "blas", "library": "openblas", "version": "0.3.30", "threads": 2}],
            "variables": {"OMP_NUM_THREADS": "2"},
            "distributions": {"numpy": {"version": "2.3.5", "record": "c3" * 32}},
        },
        software_digest="b2" * 32,
        code={"commit": "7d037c7" + "0" * 33, "dirty": False, "suite": "d4" * 32},
        code_digest="e5" * 32,
        state={"kernel": "6.1.0", "mhz": 2450.0, "governor": None, "load": 0.3, "free_memory_bytes": 20_000_000_000},
    )


def grid_search(launches: int = 6, blocks: int = 1) -> tuple[Case, CaseJudgement]:
    """The narrow search of the lecture: faster, slower by a hair, another answer."""

    def counted(vectorizer: int, tfidf: int) -> dict[str, int]:
        return {"vect.fit": vectorizer, "tfidf.fit": tfidf, "clf.fit": 61}

    scores = {"best": {"clf__alpha": 1e-4}, "scores": [0.91, 0.92, 0.90], "predictions": [0, 1, 1, 0]}
    ways = [
        Way("naive", 23.8, answer=scores, counters=counted(61, 61), peak_bytes=251_000_000, cpu_s=24.3),
        Way(
            "sklearn-2-jobs",
            16.1,
            Verdict.FASTER,
            answer=scores,
            counters=counted(61, 61),
            peak_bytes=581_000_000,
            cpu_s=28.0,
        ),
        Way(
            "sklearn-memory",
            17.7,
            Verdict.FASTER,
            answer=scores,
            counters=counted(11, 21),
            peak_bytes=262_000_000,
            cpu_s=18.2,
        ),
        Way(
            "dask-threads-as-it-comes",
            7.8,
            Verdict.FASTER,
            Agreement.DIFFER,
            "at scores[1]: 0.92006 against 0.92, off by 5.7e-05 where 9.2e-07 is allowed",
            answer=scores | {"scores": [0.91, 0.92006, 0.90]},
            counters=counted(11, 21),
            peak_bytes=432_000_000,
            cpu_s=8.3,
        ),
        Way(
            "dask-cluster",
            9.5,
            Verdict.FASTER,
            answer=scores,
            counters=counted(11, 21),
            parts_s={"cluster start": 1.6, "computation": 7.7},
            peak_bytes=896_000_000,
            cpu_s=15.6,
        ),
        Way(
            "prefix-cached",
            3.4,
            Verdict.FASTER,
            answer=scores,
            counters=counted(11, 21),
            peak_bytes=387_000_000,
            cpu_s=5.9,
        ),
    ]
    return make_case(
        "narrow",
        ways,
        launches=launches,
        blocks=blocks,
        limit_s=2.69,
        twin_of="prefix-cached",
        params={"documents": "857"},
    )


def kmeans(launches: int = 4, blocks: int = 3) -> tuple[Case, CaseJudgement]:
    """KMeans from one start, few launches; the answer is one number."""

    def answer(value: float) -> dict[str, float]:
        return {"sum of squares": value}

    ways = [
        Way("sklearn-1-core", 2.31, answer=answer(4652.1), peak_bytes=999_000_000, parts_s={"computation": 2.31}),
        Way(
            "sklearn",
            1.16,
            Verdict.FASTER,
            answer=answer(4652.1),
            peak_bytes=999_000_000,
            cpu_s=2.3,
            parts_s={"computation": 1.16},
        ),
        Way(
            "dask-threads",
            9.7,
            Verdict.SLOWER,
            answer=answer(4652.1),
            peak_bytes=714_000_000,
            cpu_s=17.0,
            parts_s={"computation": 9.7},
        ),
        Way(
            "dask-cluster",
            26.0,
            Verdict.SLOWER,
            answer=answer(4652.1),
            peak_bytes=1_466_000_000,
            cpu_s=51.0,
            parts_s={"cluster start": 1.9, "distribution": 0.6, "computation": 23.5},
        ),
    ]
    return make_case("same start", ways, launches=launches, blocks=blocks, limit_s=1.06, twin_of="sklearn")


def _variant(way: Way, file: str, launches: int, twin_of: str | None = None) -> Variant:
    nodeid = f"{file}::test_case[{way.name}]"
    if way.died:
        failures = [
            Failure(launch=0, kind=FailureKind.DIED, text=way.died, output="MemoryError\nKilled\n"),
        ]
        return Variant(name=way.name, nodeid=nodeid, failures=failures)
    digest = hashlib.sha256(json.dumps(way.answer).encode()).hexdigest()
    return Variant(
        name=way.name,
        nodeid=nodeid,
        twin_of=twin_of,
        answers=[] if way.answer is None else [Answer(launches=list(range(launches)), digest=digest, value=way.answer)],
        counters=[way.counters] * launches if way.counters else [],
        parts_s=[way.parts_s] * launches if way.parts_s else [],
        parts_launches=list(range(launches)) if way.parts_s else [],
        peak_bytes=[] if way.peak_bytes is None else [way.peak_bytes] * launches,
    )


def _judged(way: Way, baseline: Way, launches: int, blocks: int, limit_s: float | None) -> VariantJudgement:
    if way.died:
        return VariantJudgement(
            variant=way.name,
            verdict=Verdict.NOT_MEASURED,
            reason=way.died,
            answer=AnswerJudgement(agreement=Agreement.NONE),
        )
    is_baseline = way.verdict is Verdict.BASELINE
    compared = not is_baseline and not baseline.died
    return VariantJudgement(
        variant=way.name,
        verdict=way.verdict,
        reason=way.reason,
        answer=AnswerJudgement(
            agreement=Agreement.NONE if way.answer is None else way.agreement,
            detail=way.detail,
        ),
        median_s=way.time_s,
        p95_s=way.time_s * 1.02,
        cpu_s=way.time_s if way.cpu_s is None else way.cpu_s,
        ratio=make_ratio(way.time_s / baseline.time_s, launches, blocks, way.spread) if compared else None,
        ratio_of_means=way.time_s / baseline.time_s if compared else None,
        smallest_seen=way.smallest_seen,
        peak_bytes=way.peak_bytes,
        counters=way.counters,
        parts_s=way.parts_s,
        limit_share=None if limit_s is None else limit_s / way.time_s,
    )
