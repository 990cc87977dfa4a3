"""The machine's state around the blocks of a run: the worst of each case."""

from __future__ import annotations

from dataclasses import dataclass

from harness.record.schema import Conditions, Record
from harness.report.plain import line
from harness.report.quantity import MISSING, seconds, share, significant, size


@dataclass(frozen=True)
class CaseConditions:
    """What disturbed a case at worst, in words; '-' where it couldn't be told."""

    case: str
    blocks: int
    steal: str
    throttled: str
    swapped: str
    pressure: str
    load: str


def conditions_of(record: Record) -> list[CaseConditions]:
    """A line for each case of the suites."""
    found: dict[str, list[Conditions]] = {}
    for case in record.cases:
        found.setdefault(case.of or case.id, []).extend(case.conditions)
    return [_worst(case, around) for case, around in found.items() if around]


def _worst(case: str, around: list[Conditions]) -> CaseConditions:
    loads = [each.load for each in around if each.load is not None]
    span = " to ".join(dict.fromkeys(significant(load, 2) for load in (min(loads), max(loads)))) if loads else MISSING
    return CaseConditions(
        case=line(case),
        blocks=len(around),
        steal=share(_most([each.steal_share for each in around])),
        throttled=seconds(_most([each.throttled_s for each in around])),
        swapped=size(_most([each.swapped_bytes for each in around])),
        pressure=share(_most([each.cpu_pressure_share for each in around])),
        load=span,
    )


def _most(values: list[float | None] | list[int | None]) -> float | None:
    return max((float(value) for value in values if value is not None), default=None)
