"""Notes beside the lines of the code: where a run breaks its policy, and what was not measured."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from harness.record.schema import Breach, Failing, Record
from harness.report.ci.place import place_of, place_told
from harness.report.plain import line
from harness.report.policy import by_what


class Weight(StrEnum):
    """error: the run fails for it. warning: the policy lets it pass."""

    ERROR = "error"
    WARNING = "warning"


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """A note. rule: what it is about, in a word or two, which its title says and its text doesn't.

    file: from the top of the repository; None if it has no place.
    subject: the same from run to run, so that a note can be told from a new one.
    """

    weight: Weight
    rule: str
    title: str
    text: str
    subject: str
    file: str | None = None
    line: int = 1


def annotations_of(record: Record, text_of: Callable[[str], str | None]) -> list[Annotation]:
    """The notes of a run, those that it fails for first, what was not measured before all.

    text_of: what stands in a file, named from the top of the repository; None where there is none.
    """
    found = [_of_breach(record, breach, text_of) for breach in record.breaches]
    if not any(breach.rule is Failing.NOT_MEASURED for breach in record.breaches):
        found += [_of_missing(record, told, text_of) for told in record.missing]
    return sorted(found, key=lambda each: (each.weight is not Weight.ERROR, each.rule != Failing.NOT_MEASURED.value))


def unmeasured(why: str) -> Annotation:
    """The note of a run that left no record."""
    rule = Failing.NOT_MEASURED.value
    return Annotation(weight=Weight.ERROR, rule=rule, title="Nothing was measured", text=line(why), subject="run")


def _of_breach(record: Record, breach: Breach, text_of: Callable[[str], str | None]) -> Annotation:
    case = next((case for case in record.cases if case.id == breach.case), None)
    file, number = place_told(record, breach.detail, text_of) if case is None else place_of(record, case, text_of)
    return Annotation(
        weight=Weight.ERROR,
        rule=breach.rule.value,
        title=f"Benchmark: {breach.rule.value}",
        text=by_what(breach),
        subject="; ".join(line(each) for each in (breach.case, breach.variant) if each is not None)
        or line(breach.detail),
        file=file,
        line=number,
    )


def _of_missing(record: Record, told: str, text_of: Callable[[str], str | None]) -> Annotation:
    rule = Failing.NOT_MEASURED.value
    file, number = place_told(record, told, text_of)
    return Annotation(
        weight=Weight.WARNING,
        rule=rule,
        title=f"Benchmark: {rule}",
        text=f"{line(told)} (the policy lets that pass)",
        subject=line(told),
        file=file,
        line=number,
    )
