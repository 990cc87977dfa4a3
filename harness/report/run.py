"""A whole run as it is printed: from the record alone, so that a year later it reads as it did on the day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding

from harness.record.schema import Case, Failing, Failure, Record, Verdict
from harness.report.basis import basis
from harness.report.bill import explained
from harness.report.curve_table import CurveTable
from harness.report.curve_view import curve_views, drawn_cases
from harness.report.data import data_in_words
from harness.report.environments import differences, drift, told
from harness.report.fingerprint import brief_machine
from harness.report.imported import ImportedTable
from harness.report.instructions import uncounted
from harness.report.plain import bullet, line, to_text, words
from harness.report.policy import broken, held_to
from harness.report.quantity import counted, seconds, share
from harness.report.side_table import SideTable
from harness.report.sides import is_side_by_side, letter, sides_of
from harness.report.table import CaseTable, heading

OUTPUT_LINES_SHOWN = 5


class RunReport:
    """A record for rich: drift on top, what was run where, a table for each case, and what is missing.

    curved: the ids of the cases that are told by their curve and by no table of their own; all that have one, if None.
    again: the command that prints this; empty where nobody needs it.
    """

    def __init__(self, record: Record, curved: Collection[str] | None = None, again: str = "") -> None:
        self._record = record
        self._again = again
        self._curved = drawn_cases(record) if curved is None else curved

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        record = self._record
        yield from drift(record)
        yield from _header(record)
        for table in _tables(record, self._curved):
            yield words("")
            yield table
        yield words("")
        yield from differences(record)
        yield from _missing(record)
        yield from broken(record)
        yield from _imported(record) if record.imported else _footer(record)
        yield from (bullet(line(remark)) for remark in record.remarks)
        if self._again:
            yield words(_how_again(record, self._again))


def render(record: Record, width: int = 80, plain: bool = True) -> str:
    """The run as text: plain for a pipe or a file, else with a terminal's colours and lines."""
    return to_text(RunReport(record), width, plain)


def _tables(record: Record, curved: Collection[str]) -> Iterator[Any]:
    if is_side_by_side(record):
        yield from (SideTable(sides) for sides in sides_of(record))
        yield from (CurveTable(view) for view in curve_views(record))
        return
    judgements = {judgement.case: judgement for judgement in record.judgements}
    if record.imported:
        yield from (ImportedTable(case, judgements.get(case.id)) for case in record.cases)
        return
    for case in (case for case in record.cases if case.id not in curved):
        yield CaseTable(case, judgements.get(case.id), record.plan.margin, record.plan.price)
    yield from (CurveTable(view) for view in curve_views(record))


def _header(record: Record) -> Iterator[Any]:
    names = [letter(number) for number in range(len(record.environments))] if record.against else ["environment"]
    facts = {
        "run": f"{record.id}, {record.began}{'' if record.imported else f' to {_clock(record.ended)}'}",
        **_night(record),
        **({"reproduces": record.plan.reproduces} if record.plan.reproduces else {}),
        **({"step of the bisection": record.plan.bisects} if record.plan.bisects else {}),
        **{
            name: told(environment, with_kind=bool(record.against))
            for name, environment in zip(names, record.environments, strict=True)
        },
        **({"machine": machine} if (machine := _machine(record)) else {}),
        "scale": record.plan.scale,
        **{f"data {name}": data_in_words(about) for name, about in record.data.items()},
    }
    for name, fact in facts.items():
        yield words(line(f"{name}: {fact}"))
    if record.plan.scale == "quick" and record.data:
        yield words("too small to judge distribution: at this scale, start-up and messages outweigh the work", "yellow")


def _night(record: Record) -> dict[str, str]:
    night = record.plan.night
    if night is None:
        return {"takes apart": record.plan.blames} if record.plan.blames else {}
    anchors = " and ".join(str(number) for number in night.anchors)
    stale = f"; not solved afresh: {night.unsolved}" if night.unsolved else ""
    return {"night": f"{night.date}, against anchor {anchors}{stale}"}


def _machine(record: Record) -> str:
    known = brief_machine(record.fingerprint.machine)
    if record.imported:
        return known if known != "unknown" else ""
    cores = len(record.plan.cores)
    used = f"{cores} core{'' if cores == 1 else 's'} used, {record.plan.threads} threads each variant"
    return f"{known}; {used}" if known else used


def _missing(record: Record) -> Iterator[Any]:
    failures = [
        (f"{_title(case)}, {name}", failure)
        for case in record.cases
        for name, failure in [
            *((variant.name, failure) for variant in case.variants for failure in variant.failures),
            *(("limit", failure) for failure in case.limit_failures),
        ]
    ]
    if record.missing:
        passes = "" if Failing.NOT_MEASURED in record.fails_for else " (the policy lets that pass)"
        yield words(f"Not measured{passes}:", "bold yellow")
        yield from (bullet(line(told)) for told in record.missing)
        yield words("")
    if not failures:
        return
    yield words("What failed said last:", "bold yellow")
    for (where, kind, text), same in _alike(failures).items():
        yield bullet(f"{where}: {kind} in launch {', '.join(str(failure.launch) for failure in same)}")
        for part in _last_lines(text) + _last_lines(same[-1].output):
            yield Padding(words(part.rstrip()), (0, 0, 0, 4))
    yield words("")


def _title(case: Case) -> str:
    return f"{heading(case)}, {line(case.variant)}" if case.variant else heading(case)


def _alike(failures: list[tuple[str, Failure]]) -> dict[tuple[str, str, str], list[Failure]]:
    """Failures that say the same of the same variant, launch after launch, are told once."""
    found: dict[tuple[str, str, str], list[Failure]] = {}
    for where, failure in failures:
        found.setdefault((where, failure.kind.value, failure.text), []).append(failure)
    return found


def _last_lines(text: str) -> list[str]:
    return [part for part in text.splitlines() if part.strip()][-OUTPUT_LINES_SHOWN:]


def _footer(record: Record) -> Iterator[Any]:
    plan = record.plan
    foreseen = f", {seconds(record.predicted_s)} were predicted" if record.predicted_s is not None else ""
    used = f" ({share(record.measured_s / plan.budget_s)}{foreseen})" if plan.budget_s > 0 else ""
    launches = sum(len(case.launches) for case in record.cases)
    cases = ("test side by side", "tests side by side") if is_side_by_side(record) else ("case", "cases")
    cut = {0: "", 1: "; interrupted once and resumed"}.get(
        record.interruptions, f"; interrupted {record.interruptions} times and resumed"
    )
    yield words(
        f"Measured for {seconds(record.measured_s)} of a budget of {seconds(plan.budget_s)}{used}: "
        f"{counted(launches, 'launch', 'launches')} in {counted(len(record.cases), *cases)}{cut}."
    )
    if told := basis(record):
        yield words(told)
    yield from map(words, uncounted(record))
    yield from map(words, explained(record))
    if _brackets(record):
        yield words("A verdict in brackets doesn't count: the answer is another one.")
    yield from held_to(record)


def _imported(record: Record) -> Iterator[Any]:
    if (origin := record.imported) is not None:
        cases = counted(len(record.cases), "case", "cases")
        yield words(line(f"{cases}, measured by {origin.tool} {origin.tool_version}; imported from {origin.file}."))


def _how_again(record: Record, again: str) -> str:
    curves = drawn_cases(record) and not is_side_by_side(record)
    points = "; with --points also the table of each value of a curve" if curves else ""
    return f"Record {record.id}: `{again}` prints this again{points}."


def _brackets(record: Record) -> bool:
    counted = {Verdict.FASTER, Verdict.EQUIVALENT}
    return any(
        row.verdict in counted and row.answer.agreement in {"differ", "unstable"}
        for judgement in record.judgements
        for row in judgement.variants
    )


def _clock(moment: str) -> str:
    try:
        return f"{datetime.fromisoformat(moment):%H:%M:%S}"
    except ValueError:
        return moment
