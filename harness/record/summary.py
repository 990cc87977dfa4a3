"""What the store's list says of a record, and of a file that is none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from harness.record.schema import Record


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """One record in a line. verdicts: how many variants got each, baselines left out.

    against: the addresses of a run side by side. state: drifted, if any of its environments is.
    """

    id: str
    began: str
    scale: str
    environment: str
    against: list[str] = []
    cases: int
    verdicts: dict[str, int]
    answers: dict[str, int]
    missing: int
    state: str


class Damaged(msgspec.Struct, frozen=True, kw_only=True):
    """A file among the records that could not be read, and why not."""

    path: Path | str
    why: str


def summarize(record: Record) -> Summary:
    """A record's line in the list."""
    judged = [variant for case in record.judgements for variant in case.variants if variant.verdict != "baseline"]
    return Summary(
        id=record.id,
        began=record.began,
        scale=record.plan.scale,
        environment=record.environment.address,
        against=[environment.address for environment in record.against],
        cases=len(record.cases),
        verdicts=dict(Counter(variant.verdict.value for variant in judged)),
        answers=dict(Counter(variant.answer.agreement.value for variant in judged)),
        missing=len(record.missing),
        state="drifted" if record.drifted else record.environment.verification.state,
    )
