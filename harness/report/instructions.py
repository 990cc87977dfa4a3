"""Instructions as text: what a call executes, against the baseline, and why they weren't counted."""

from __future__ import annotations

from collections.abc import Iterator

from harness.record.schema import Record, VariantJudgement
from harness.report.plain import line
from harness.report.quantity import MISSING, share, significant


def per_call(row: VariantJudgement) -> str:
    """How many, with their spread over launches."""
    if row.instructions is None:
        return MISSING
    spread = row.instructions.spread
    told = significant(row.instructions.per_call, 4)
    return told if spread is None else f"{told} ± {share(spread)}"


def against(row: VariantJudgement) -> str:
    """Their ratio to the baseline's, with four digits: it is nearly exact."""
    found = row.instructions
    if found is None or found.ratio is None:
        return MISSING
    told = significant(found.ratio, 4)
    if found.interval is None:
        return told
    return f"{told} [{significant(found.interval.low, 4)}, {significant(found.interval.high, 4)}]"


def uncounted(record: Record) -> Iterator[str]:
    """Why instructions weren't counted, once for all environments that say the same."""
    reasons: dict[str, list[str]] = {}
    for environment in record.environments:
        if environment.uncounted:
            reasons.setdefault(line(environment.uncounted), []).append(line(environment.address))
    everywhere = len(reasons) == 1 and len(next(iter(reasons.values()))) == len(record.environments)
    for reason, addresses in reasons.items():
        where = "" if everywhere else f" in {', '.join(addresses)}"
        yield f"Instructions were not counted{where}: {reason}."
