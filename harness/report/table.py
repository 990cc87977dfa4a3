"""The table of a case: what each variant took, against the baseline, with which answer; and what that means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.schema import Agreement, Case, CaseJudgement, Price, Ratio, VariantJudgement
from harness.report import cells, instructions
from harness.report.bill import bill_cells, cores_kept
from harness.report.columns import Column, Columns
from harness.report.meaning import notes, sentence
from harness.report.plain import bullet, line, words
from harness.report.quantity import MISSING, counted, number, seconds, share, size
from harness.report.view import CaseView


class CaseTable:
    """A case for rich: heading, main table, twin, details, sentence and notes, in the width there is."""

    def __init__(
        self, case: Case, judgement: CaseJudgement | None, margin: float = 0.02, price: Price | None = None
    ) -> None:
        self._view = CaseView(case, judgement, margin)
        self._price = price

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        view = self._view
        yield words(heading(view.case), "bold")
        yield words(line(_how(view)), "dim")
        if view.case.not_measured or not view.rows:
            yield words(f"not measured: {line(view.case.not_measured) or 'nothing was judged'}", "yellow")
            return
        yield words("")
        limit = _limit(view)
        main = [*_main(view), *limit]
        cost = list(_cost(view))
        if limit and not Columns(_names(view), main).fits(options.max_width):
            main, cost = main[:-1], [*limit, *cost]
        bill = [_column(view, title, cell, timed=True) for title, cell in bill_cells(view.rows, self._price)]
        bill = [_column(view, "cores kept", cores_kept), *bill] if bill else []
        for columns in (main, cost, list(_parts_and_counters(view)), bill):
            if columns:
                yield Columns(_names(view), columns)
                yield words("")
        if view.judgement and view.judgement.twin:
            yield words(_twin(view.judgement.twin, view.judgement.twin_of or "a variant"))
        yield words(line(sentence(view)), "bold")
        for note in notes(view):
            yield bullet(note)


def heading(case: Case) -> str:
    """How a case is called: its group and parameters, and the file it is in."""
    parameters = ", ".join(f"{name}={value}" for name, value in case.params.items())
    name = line(case.group or case.id)
    return line(f"{name} ({parameters})" if parameters else name)


def _how(view: CaseView) -> str:
    case = view.case
    parts = [case.file, f"baseline {case.baseline}{'' if case.baseline_stated else ' (none is stated: the first)'}"]
    effort = _effort(view)
    if len(effort) == 1:
        ((launches, blocks, few),) = effort
        told = f"{counted(launches, 'launch', 'launches')}{' (few)' if few else ''}"
        parts.append(f"{told}, {counted(blocks, 'block', 'blocks')}")
    calls = sorted({variant.calls for variant in case.variants})
    if calls and calls[-1] > 1:
        parts.append(f"{' to '.join(map(str, dict.fromkeys([calls[0], calls[-1]])))} calls a turn")
    if case.fresh:
        parts.append(f"a fresh process for each call{f' ({case.fresh_why})' if case.fresh_why else ''}")
    return "; ".join(parts)


def _effort(view: CaseView) -> set[tuple[int, int, bool]]:
    """How many launches and blocks the ratios rest on: said once where it is the same for all."""
    return {(row.ratio.launches, row.ratio.blocks, row.ratio.few) for row in view.rows if row.ratio}


def _names(view: CaseView) -> Column:
    return Column("variant", [line(row.variant) for row in view.rows], left=True)


def _main(view: CaseView) -> Iterator[Column]:
    yield _column(view, "time", lambda row: seconds(row.median_s), timed=True)
    bounded = any(row.ratio and row.ratio.shown for row in view.rows)
    yield _column(view, f"vs baseline{' [95%]' if bounded else ''}", lambda row: cells.against(view, row), left=True)
    styles = [cells.verdict_style(view, row) for row in view.rows]
    yield _column(view, "verdict", lambda row: cells.verdict(view, row), left=True, styles=styles)
    if any(row.answer.agreement is not Agreement.NONE for row in view.rows):
        styles = ["yellow" if view.another_answer(row) else "" for row in view.rows]
        yield _column(view, "answer", lambda row: cells.answer(view, row), left=True, styles=styles)
    for name, by_variant in view.values().items():
        yield Column(line(name), [_values(by_variant[row.variant]) for row in view.rows])


def _limit(view: CaseView) -> list[Column]:
    if all(row.limit_share is None for row in view.rows):
        return []
    return [_column(view, "limit", lambda row: share(row.limit_share), timed=True)]


def _cost(view: CaseView) -> Iterator[Column]:
    if len(_effort(view)) > 1:
        yield _column(view, "launches", cells.launches)
        yield _column(view, "blocks", lambda row: str(row.ratio.blocks) if row.ratio else MISSING)
    yield from _filled(
        _column(view, "range of launches", cells.launch_range, timed=True),
        _column(view, "ratio of means", lambda row: cells.figure(row.ratio_of_means), timed=True),
        _column(view, "95th percentile", lambda row: seconds(row.p95_s), timed=True),
        _column(view, "CPU time", lambda row: seconds(row.cpu_s), timed=True),
        _column(view, "peak memory", lambda row: size(row.peak_bytes)),
        _column(view, "instructions", instructions.per_call, timed=True),
        _column(view, "instructions vs baseline", instructions.against, timed=True),
    )


def _parts_and_counters(view: CaseView) -> Iterator[Column]:
    parts = dict.fromkeys(part for row in view.rows for part in row.parts_s)
    counters = dict.fromkeys(name for row in view.rows for name in row.counters)
    yield from _filled(
        *(_column(view, line(part), partial(_part, part), timed=True) for part in parts),
        *(_column(view, line(name), partial(_counter, name)) for name in counters),
    )


def _filled(*columns: Column) -> Iterator[Column]:
    """Columns that say anything at all."""
    return (column for column in columns if any(cell != MISSING for cell in column.cells))


def _column(
    view: CaseView,
    title: str,
    cell: Callable[[VariantJudgement], str],
    *,
    left: bool = False,
    timed: bool = False,
    styles: list[str] | None = None,
) -> Column:
    """timed: the cell is about time, and stays empty where the answer is owed."""
    told = [MISSING if timed and view.lacks_answer(row) else cell(row) for row in view.rows]
    return Column(title, told, left, styles)


def _values(values: list[float]) -> str:
    if not values:
        return MISSING
    if len(values) == 1:
        return number(values[0])
    return f"{number(min(values))} to {number(max(values))}"


def _part(name: str, row: VariantJudgement) -> str:
    return seconds(row.parts_s.get(name))


def _counter(name: str, row: VariantJudgement) -> str:
    return number(row.counters[name]) if name in row.counters else MISSING


def _twin(twin: Ratio, of: str) -> str:
    told = f"Control: the twin of {line(of)} against it: {cells.ratio(twin)}"
    if twin.shown is None:
        return f"{told}; it should be 1."
    if twin.shown.low <= 1 <= twin.shown.high:
        return f"{told}; 1 lies inside, as it should."
    return f"{told}; 1 lies outside: doubt differences of this size."
