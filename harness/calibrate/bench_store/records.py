"""Records for measuring the store: nights of a suite whose figures wander as real ones do."""

from __future__ import annotations

import math
import os
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from harness import __version__
from harness.record.schema import (
    Agreement,
    Answer,
    AnswerJudgement,
    Case,
    CaseJudgement,
    Conditions,
    EnvironmentRecord,
    Fingerprint,
    Interval,
    Launch,
    Phase,
    Plan,
    Ratio,
    Record,
    Sample,
    Tolerance,
    Value,
    Variant,
    VariantJudgement,
    Verdict,
    Verification,
)

VARIANTS = ("naive", "threads", "processes", "cached")
_FIRST = datetime(2016, 1, 1, 3, 0, tzinfo=UTC)
_PACKAGES = 60
_NEW_LOCK_EVERY = 30


class Size(Value, frozen=True, kw_only=True):
    """How much a store holds. blocks: of each case, over all its launches."""

    records: int = 10_000
    cases: int = 20
    launches: int = 6
    blocks: int = 30


def case_id(number: int) -> str:
    """A case's id."""
    return f"benchmarks/suite_{number % 4}/test_case_{number:02}.py::case {number:02}"


def write_records(folder: Path, size: Size, seed: int = 1) -> None:
    """Fill a store's folder with records, one a night; they aren't synced, because they are thrown away."""
    records = folder / "records"
    records.mkdir(parents=True)
    processes = os.cpu_count() or 1
    with ProcessPoolExecutor(processes) as pool:
        for done in [
            pool.submit(_write_some, records, size, seed, range(first, size.records, processes))
            for first in range(processes)
        ]:
            done.result()


def write_one(records: Path, number: int, size: Size, seed: int = 1) -> None:
    """Write one night's record into a folder."""
    record = make_record(number, size, seed)
    (records / f"{record.id}.json").write_bytes(msgspec.json.encode(record) + b"\n")


def make_record(number: int, size: Size, seed: int = 1) -> Record:
    """The record of a night; the same for the same seed."""
    rng = random.Random(f"{seed} {number}")
    began = _FIRST + timedelta(days=number)
    parts = [_case(each, number, began, size, rng) for each in range(size.cases)]
    generation = number // _NEW_LOCK_EVERY
    return Record(
        id=f"{began:%Y%m%dT%H%M%SZ}-{rng.getrandbits(16):04x}",
        harness_version=__version__,
        began=began.isoformat(),
        ended=(began + timedelta(minutes=20)).isoformat(),
        measured_s=1200.0,
        plan=Plan(
            paths=["benchmarks"], keyword=None, scale="nightly", budget_s=1800.0, launches=None, precision=0.01,
            margin=0.02, cores=[0, 1], threads=2, seed=number, timeout_s=None,
        ),
        environment=EnvironmentRecord(
            address="newest@wheels", kind="wheels", python="3.12.4", lock_digest=f"{generation:064x}",
            verification=Verification(state="verified", packages=_PACKAGES, files=4000),
        ),
        fingerprint=_fingerprint(number, generation),
        cases=[case for case, _ in parts],
        judgements=[judgement for _, judgement in parts],
    )  # fmt: skip


def _write_some(records: Path, size: Size, seed: int, numbers: range) -> None:
    for number in numbers:
        write_one(records, number, size, seed)


def _case(number: int, night: int, began: datetime, size: Size, rng: random.Random) -> tuple[Case, CaseJudgement]:
    blocks = max(1, size.blocks // size.launches)
    # What a variant takes, and how it moves for good now and then.
    times = [
        0.01 * (1 + number) * (1 + 0.5 * place) * (1.06 if night > 1000 * (1 + (number + place) % 9) else 1.0)
        for place in range(len(VARIANTS))
    ]
    launch_times = [[time * math.exp(rng.gauss(0, 0.02)) for time in times] for _ in range(size.launches)]
    launches = list(range(1, size.launches + 1))
    samples = [
        Sample(
            launch=launch, block=block, variant=VARIANTS[place], calls=1, phase=Phase.MEASURED,
            wall_s=(wall := round(launch_times[launch - 1][place] * math.exp(rng.gauss(0, 0.01)), 9)), cpu_s=wall,
        )
        for launch in launches
        for block in range(blocks)
        for place in range(len(VARIANTS))
    ]  # fmt: skip
    name = case_id(number)
    file, _, group = name.partition("::")
    case = Case(
        id=name, file=file, group=group, params={}, baseline=VARIANTS[0], baseline_stated=True,
        tolerance=Tolerance(rtol=1e-6, atol=0.0), blocks_per_launch=blocks, samples=samples,
        variants=[
            Variant(
                name=variant, nodeid=f"{file}::test_{variant}", counters=[{"fits": 61}] * size.launches,
                answers=[Answer(launches=launches, digest=f"sha256:{number:064x}", value=number)],
                peak_bytes=[250_000_000] * size.launches,
            )
            for variant in VARIANTS
        ],
        launches=[
            Launch(
                number=launch, hash_seed=rng.getrandbits(32), start_s=1.5, phase=Phase.MEASURED,
                began=(began + timedelta(seconds=10 * launch)).isoformat(),
            )
            for launch in launches
        ],
        conditions=[
            Conditions(launch=launch, block=block, steal_share=0.0, load=1.0)
            for launch in launches
            for block in range(blocks)
        ],
    )  # fmt: skip
    rows = [_judged(place, variant, times, launch_times, blocks) for place, variant in enumerate(VARIANTS)]
    return case, CaseJudgement(case=name, variants=rows, comparisons=len(VARIANTS) - 1)


def _judged(
    place: int, variant: str, times: list[float], launch_times: list[list[float]], blocks: int
) -> VariantJudgement:
    ratios = [row[place] / row[0] for row in launch_times]
    estimate = math.exp(sum(map(math.log, ratios)) / len(ratios))
    interval = Interval(low=estimate * 0.98, high=estimate * 1.02, confidence=0.95)
    ratio = Ratio(
        estimate=estimate, launches=len(ratios), blocks=blocks * len(ratios), launch_ratios=ratios, interval=interval,
        adjusted=interval, p_value=0.001,
    )  # fmt: skip
    return VariantJudgement(
        variant=variant,
        verdict=Verdict.SLOWER if place else Verdict.BASELINE,
        reason="",
        answer=AnswerJudgement(agreement=Agreement.AGREE),
        median_s=times[place],
        p95_s=times[place] * 1.03,
        cpu_s=times[place],
        ratio=ratio if place else None,
        peak_bytes=250_000_000,
        counters={"fits": 61},
    )


def _fingerprint(night: int, generation: int) -> Fingerprint:
    versions = {
        f"package-{each:02}": {"version": f"1.{generation // (1 + each % 7)}", "record": f"{each:064x}"}
        for each in range(_PACKAGES)
    }
    return Fingerprint(
        machine={"cpu_model": "AMD EPYC 7B13" if night % 10 else "Intel Xeon Platinum 8370C", "logical_cores": 2},
        machine_digest=f"{night % 10 == 0:064x}",
        software={"python": {"version": "3.12.4"}, "distributions": versions},
        software_digest=f"sha256:{generation:064x}",
        code={"commit": f"{night:040x}", "dirty": False},
        code_digest=f"sha256:{night:064x}",
        state={"kernel": "6.1.0", "load": 1.0},
    )
