"""From the events of a run to its record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from harness.conduct.events import AnyEvent, EndForeseen, Resumed
from harness.conduct.fold import beginning, fold, plan_of
from harness.conduct.missing import missing
from harness.judge import breaches_of, judge_end_to_end, judge_run, seen_variances, with_floors
from harness.judge.curves import judge_curves
from harness.record.schema import Answer, Case, Record, Variant
from harness.record.variances import RunVariances


def conclude(
    events: Sequence[AnyEvent],
    arrays: Path,
    ended: str,
    earlier: Sequence[RunVariances] = (),
    remarks: Sequence[str] = (),
) -> Record:
    """Judge what was measured, with the whole arrays at hand that the record will only know by digest and sample.

    earlier: what earlier runs on this machine showed of its noise, oldest first.
    """
    begun = beginning(list(events))
    cases = fold(events)
    judgements = judge_run(cases, begun.plan.margin, lambda name: _array(arrays / name))
    judgements = with_floors(judgements, cases, begun.plan.scale, [run for run in earlier if run.run != begun.run])
    judgements = judge_end_to_end(cases, judgements, len(begun.plan.cores))
    record = Record(
        id=begun.run,
        harness_version=begun.harness_version,
        began=begun.began,
        ended=ended,
        measured_s=max(event.at_s for event in events),
        predicted_s=_predicted_s(events),
        plan=plan_of(events),
        environment=begun.environment,
        against=begun.against,
        fingerprint=begun.fingerprint,
        cases=[_without_files(case) for case in cases],
        judgements=judgements,
        curves=judge_curves(cases, judgements, len(begun.plan.cores)),
        data=_data(cases),
        interruptions=sum(1 for event in events if isinstance(event, Resumed)),
        missing=[*missing(cases, begun.broken_files), *begun.unpaired],
        remarks=list(remarks),
    )
    return msgspec.structs.replace(record, breaches=breaches_of(record))


def variances_shown(record: Record) -> RunVariances | None:
    """What a run showed of its machine's noise; None if it compared nothing."""
    seen = [seen_variances(case, record.plan.scale) for case in record.cases]
    if not any(seen):
        return None
    return RunVariances(
        run=record.id,
        machine_digest=record.fingerprint.machine_digest,
        software_digest=record.fingerprint.software_digest,
        cases=[each for each in seen if each is not None],
    )


def _predicted_s(events: Sequence[AnyEvent]) -> float | None:
    """How long the run was predicted to take once every case had had its first launch, in its last sitting."""
    foreseen = [event.at_s + event.left_s for event in events if isinstance(event, EndForeseen)]
    return foreseen[-1] if foreseen else None


def _array(path: Path) -> npt.NDArray[Any] | None:
    try:
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError):
        return None
    return array


def _data(cases: Sequence[Case]) -> dict[str, Any]:
    """What the suites said of their data, by name; side by side, what the first environment's did."""
    found: dict[str, Any] = {}
    variants = (variant for case in cases for variant in case.variants)
    for variant in sorted(variants, key=lambda variant: variant.environment, reverse=True):
        stated = variant.notes.get("data")
        if isinstance(stated, dict):
            found.update(stated)
    return found


def _without_files(case: Case) -> Case:
    """Arrays are files of the run, not of the record."""
    variants = [msgspec.structs.replace(variant, answers=_plain_answers(variant)) for variant in case.variants]
    return msgspec.structs.replace(case, variants=variants)


def _plain_answers(variant: Variant) -> list[Answer]:
    return [msgspec.structs.replace(answer, value=_without_file(answer.value)) for answer in variant.answers]


def _without_file(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_file(part) for part in value]
    if not isinstance(value, dict):
        return value
    array = value.get("__array__")
    if isinstance(array, dict):
        return {"__array__": {key: part for key, part in array.items() if key != "file"}}
    return {key: _without_file(part) for key, part in value.items()}
