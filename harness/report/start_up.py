"""When what a variant pays once is paid by cheaper calls, in words."""

from __future__ import annotations

from collections.abc import Iterator

from harness.record.schema import CLUSTER_START, PAID_ONCE, StartUp, VariantJudgement
from harness.report.plain import line
from harness.report.quantity import counted, seconds, significant

_FEWEST_LAUNCHES = 3  # that carry an interval


def start_ups(row: VariantJudgement) -> Iterator[str]:
    """A sentence on what a variant pays once, and after how many calls that is paid back, against which others."""
    its = line(row.variant)
    if row.start_up:
        first = row.start_up[0]
        paid = f"pays {seconds(first.once_s)} once ({_parts(row)}) and {seconds(first.call_s)} a call"
        yield f"{its} {paid}: {'; '.join(map(_paid_back, row.start_up))}."
    elif CLUSTER_START in row.parts_s:
        yield f"{its}: its cluster takes {seconds(row.parts_s[CLUSTER_START])} to start."


def _parts(row: VariantJudgement) -> str:
    return ", ".join(name for name in PAID_ONCE if name in row.parts_s) or CLUSTER_START


def _paid_back(told: StartUp) -> str:
    return f"{when_paid_back(told)} against {line(told.against)} ({seconds(told.against_s)} a call)"


def when_paid_back(told: StartUp) -> str:
    """After how many calls, with the interval; or never."""
    if told.launches < _FEWEST_LAUNCHES:
        paid = "never paid back" if told.calls is None else f"paid back after {_calls(told.calls)}"
        return f"{paid} ({counted(told.launches, 'launch', 'launches')}, no interval)"
    if told.fewest is None:
        return "never paid back at this size"
    if told.calls is None:
        return f"likely never paid back at this size (if ever, after at least {_calls(told.fewest)})"
    if told.most is None:
        return f"paid back after {_calls(told.calls)} or never (at least {_calls(told.fewest)})"
    if told.most <= 1:
        return "paid back within the first call"
    return f"paid back after {_calls(told.calls)} ({significant(told.fewest, 2)} to {significant(told.most, 2)})"


def _calls(number: float) -> str:
    return f"{significant(number, 2)} calls" if number > 1 else "1 call"
