"""What a record says of each of its variants, in a row; what it says of the run, in a line: without the samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from harness.record.schema import Answer, Case, Record, Value, VariantJudgement


class Measure(StrEnum):
    """What a figure is held against, and so what may be tracked over nights."""

    ANCHOR = "anchor"  # today's time over a fixed anchor's
    BASELINE = "baseline"  # a variant's time over its case's baseline's
    SIDE = "side"  # one environment's time over another's; both move, so it makes no series
    TIME = "time"  # seconds; all that other tools kept


class Kind(StrEnum):
    """What sort of run it was."""

    NIGHT = "night"
    RUN = "run"
    SIDE_BY_SIDE = "side by side"
    IMPORTED = "imported"


class Run(Value, frozen=True, kw_only=True):
    """One record in a line. Of a run side by side, and a night, the environment is the last: the one that is judged.

    night: the day that a night counts for, None for other runs. anchors: as in `Night`. verdicts: how many variants
    got each, baselines left out. missing: what was not measured, in words. breaches: the broken rules, in words.
    """

    id: str
    kind: Kind
    began: str
    ended: str
    measured_s: float
    scale: str
    night: str | None = None
    anchors: list[int] = []
    address: str
    against: list[str] = []
    python: str
    commit: str | None
    dirty: bool
    code_digest: str
    software_digest: str
    lock_digest: str | None
    machine_digest: str
    cpu_model: str
    drifted: bool
    verdicts: dict[str, int] = {}
    missing: list[str] = []
    breaches: list[str] = []
    tool: str | None = None

    @property
    def day(self) -> str:
        """The day that it counts for, as 2026-11-22: a night's own, else the one on which it began."""
        return self.night or self.began[:10]


class Result(Value, frozen=True, kw_only=True):
    """What one run found of one variant. case, variant: as in the suite, side by side and in nights, too.

    against: the baseline's name, or the address that it was held against. anchor: the number of the anchor that it was
    held against; of: the number of the anchor that it *is*, None for today's. ratio: None for a baseline, and where
    none was measured; launch_ratios: one a launch; low, high: 95 %, holds however the run came to its end. answers:
    digests of the answers that it gave, the most frequent first. Times are of one call, in seconds.
    """

    run: str
    case: str
    variant: str
    measure: Measure
    against: str
    anchor: int | None = None
    of: int | None = None
    verdict: str
    agreement: str
    answers: list[str] = []
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    launches: int = 0
    launch_ratios: list[float] = []
    median_s: float | None = None
    p95_s: float | None = None
    cpu_s: float | None = None
    peak_bytes: int | None = None
    counters: dict[str, int] = {}
    counters_changed: bool = False


def run_of(record: Record) -> Run:
    """A record in a line."""
    judged = record.environments[-1]
    code = judged.code or record.fingerprint.code
    others = [row for case in record.judgements for row in case.variants if row.verdict != "baseline"]
    return Run(
        id=record.id,
        kind=_kind(record),
        began=record.began,
        ended=record.ended,
        measured_s=record.measured_s,
        scale=record.plan.scale,
        night=record.plan.night.date if record.plan.night else None,
        anchors=record.plan.night.anchors if record.plan.night else [],
        address=judged.address,
        against=[each.address for each in record.environments[:-1]],
        python=judged.python,
        commit=judged.commit or _text(code.get("commit")),
        dirty=bool(code.get("dirty")),
        code_digest=judged.code_digest or record.fingerprint.code_digest,
        software_digest=judged.software_digest or record.fingerprint.software_digest,
        lock_digest=judged.lock_digest,
        machine_digest=record.fingerprint.machine_digest,
        cpu_model=str(record.fingerprint.machine.get("cpu_model") or "unknown"),
        drifted=record.drifted,
        verdicts=dict(Counter(row.verdict.value for row in others)),
        missing=record.missing,
        breaches=[
            ": ".join(filter(None, [each.rule.value, each.case, each.variant, each.detail])) for each in record.breaches
        ],
        tool=record.imported.tool if record.imported else None,
    )


def results_of(record: Record) -> list[Result]:
    """A row for each variant of each case; twins have none."""
    cases = {case.id: case for case in record.cases}
    return [
        _result(record, cases[judgement.case], row)
        for judgement in record.judgements
        if judgement.case in cases
        for row in judgement.variants
    ]


def distributions_of(record: Record) -> dict[str, dict[str, str]]:
    """The version of each installed distribution, by digest of the software that each environment had."""
    found = {record.fingerprint.software_digest: record.fingerprint.software}
    found |= {each.software_digest: each.software for each in record.against if each.software_digest}
    return {digest: _versions(software.get("distributions")) for digest, software in found.items()}


def locks_of(record: Record) -> set[str]:
    """The digests of all locks that a record names."""
    return {each.lock_digest for each in record.environments if each.lock_digest is not None}


def _result(record: Record, case: Case, row: VariantJudgement) -> Result:
    stated = next((each for each in case.variants if each.name == row.variant), None)
    baseline = next((each for each in case.variants if each.name == case.baseline), None)
    measure = _measure(record, case)
    ratio = row.ratio
    return Result(
        run=record.id,
        case=case.of or case.id,
        variant=(case.variant or row.variant) if case.of is not None else row.variant,
        measure=measure,
        against=case.baseline,
        anchor=_anchor(record, baseline.environment if baseline else 0) if measure is Measure.ANCHOR else None,
        of=_anchor(record, stated.environment if stated else 0) if measure is Measure.ANCHOR else None,
        verdict=row.verdict.value,
        agreement=row.answer.agreement.value,
        answers=_answers(stated.answers) if stated else [],
        ratio=ratio.estimate if ratio else None,
        low=ratio.shown.low if ratio and ratio.shown else None,
        high=ratio.shown.high if ratio and ratio.shown else None,
        launches=ratio.launches if ratio else len(case.launches),
        launch_ratios=ratio.launch_ratios if ratio else [],
        median_s=row.median_s,
        p95_s=row.p95_s,
        cpu_s=row.cpu_s,
        peak_bytes=row.peak_bytes,
        counters=row.counters,
        counters_changed=bool(row.counter_changes),
    )


def _answers(answers: Sequence[Answer]) -> list[str]:
    return [each.digest for each in sorted(answers, key=lambda each: -len(each.launches))]


def _kind(record: Record) -> Kind:
    if record.imported is not None:
        return Kind.IMPORTED
    if record.plan.night is not None:
        return Kind.NIGHT
    return Kind.SIDE_BY_SIDE if record.against else Kind.RUN


def _measure(record: Record, case: Case) -> Measure:
    if record.imported is not None:
        return Measure.TIME
    if record.plan.night is not None:
        return Measure.ANCHOR
    return Measure.SIDE if case.of is not None else Measure.BASELINE


def _anchor(record: Record, environment: int) -> int | None:
    anchors = record.plan.night.anchors if record.plan.night else []
    return anchors[environment] if environment < len(anchors) else None


def _versions(distributions: object) -> dict[str, str]:
    if not isinstance(distributions, dict):
        return {}
    return {
        name: str(each.get("version")) if isinstance(each, dict) else str(each) for name, each in distributions.items()
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
