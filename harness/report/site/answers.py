"""The history of an answer: which one was given from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

import msgspec

from harness.failure import HarnessError
from harness.record.history import History
from harness.record.results import Run
from harness.record.series import Point
from harness.report.plain import line
from harness.report.site.content import Content

PERIODS_SHOWN = 6
LONGEST_VALUE = 160


@dataclass(frozen=True)
class AnswerPeriod:
    """Runs in a row that gave the same answers, which agreed with the same. answer: its digest's beginning; value: as
    the first of them has it.
    """

    variant: str
    machine: str
    answer: str
    agreement: str
    first: Run
    since: str
    until: str
    runs: int
    value: str


def answers_of(content: Content, history: History) -> list[AnswerPeriod]:
    """The newest periods of a series' answers, the newest first; none where no answer was ever given."""
    # First as they stand, in C: a series has thousands of points, and few periods.
    alike = groupby(history.series.points, key=attrgetter("result.answers", "result.agreement"))
    given = [list(each) for (answers, _), each in alike if answers]
    together = groupby(given, key=lambda each: (_given(each[0]), each[0].result.agreement))
    periods = [list(chain.from_iterable(each)) for _, each in together]
    return [_period(content, history, period) for period in reversed(periods[-PERIODS_SHOWN:])]


def _given(point: Point) -> list[str]:
    answers = point.result.answers
    return answers if len(answers) < 2 else sorted(answers)


def _period(content: Content, history: History, period: list[Point]) -> AnswerPeriod:
    first, last = period[0], period[-1]
    digests = [line(each).removeprefix("sha256:")[:10] for each in first.result.answers]
    return AnswerPeriod(
        variant=line(history.series.key.variant),
        machine=line(history.series.key.cpu_model),
        answer=" or ".join(digests),
        agreement=_AGREEMENTS.get(last.result.agreement, last.result.agreement),
        first=first.run,
        since=first.run.day,
        until=last.run.day,
        runs=len(period),
        value=_value(content, history, first),
    )


def _value(content: Content, history: History, point: Point) -> str:
    key = history.series.key
    try:
        record = content.record(point.run.id)
    except HarnessError:
        return ""
    for case in record.cases:
        if (case.of or case.id) != key.case or (case.of and (case.variant or "") != key.variant):
            continue
        for variant in case.variants:
            for answer in variant.answers:
                if answer.digest == point.result.answers[0]:
                    return _short(answer.value)
    return ""


def _short(value: Any) -> str:
    told = line(msgspec.json.encode(value).decode())
    return told if len(told) <= LONGEST_VALUE else f"{told[: LONGEST_VALUE - 1]}…"


_AGREEMENTS = {"agree": "agrees", "differ": "differs", "unstable": "unstable", "none": "none"}
