"""The table of a case side by side: what each test took in two environments, and whether it gave the same answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.schema import Agreement, VariantJudgement
from harness.report import cells
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words
from harness.report.quantity import MISSING, counted, seconds, size
from harness.report.side_meaning import headline, notes
from harness.report.sides import Pair, Sides
from harness.report.table import heading


class SideTable:
    """One case in two environments for rich: heading, table, cost, headline and notes, in the width there is."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        sides = self._sides
        yield words(heading(sides.case), "bold")
        yield words(line(_how(sides)), "dim")
        if not sides.pairs:
            reason = next((case.not_measured for case in [sides.case] if case.not_measured), "nothing was judged")
            yield words(f"not measured: {line(reason)}", "yellow")
            return
        yield words("")
        names = Column("variant", [pair.name for pair in sides.pairs], left=True)
        main, counters = list(_main(sides)), list(_counters(sides))
        if counters and Columns(names, [*main, *counters]).fits(options.max_width):
            main += counters  # the notes tell them anyway
        for columns in (main, list(_cost(sides))):
            if columns:
                yield Columns(names, columns)
                yield words("")
        alarming = any(row.answer.agreement in {"differ", "unstable"} for _, row in sides.rows())
        yield words(line(headline(sides)), "bold yellow" if alarming else "bold")
        for note in notes(sides):
            yield bullet(note)


def _how(sides: Sides) -> str:
    parts = [sides.case.file, f"{sides.letter}/A: time in {sides.b} over time in {sides.a}"]
    effort = _effort(sides)
    if len(effort) == 1:
        ((launches, blocks, few),) = effort
        parts.append(f"{counted(launches, 'launch', 'launches')}{' (few)' if few else ''} of each, {blocks} blocks")
    if all(pair.view.case.fresh for pair in sides.pairs) and sides.pairs:
        parts.append("a fresh process for each call")
    return "; ".join(parts)


def _effort(sides: Sides) -> set[tuple[int, int, bool]]:
    return {(row.ratio.launches, row.ratio.blocks, row.ratio.few) for _, row in sides.rows() if row.ratio}


def _main(sides: Sides) -> Iterator[Column]:
    letter = sides.letter
    yield from _both(sides, "time", lambda row: seconds(row.median_s))
    bounded = any(row.ratio and row.ratio.shown for _, row in sides.rows())
    yield _column(sides, f"{letter}/A{' [95%]' if bounded else ''}", lambda pair, row: cells.against(pair.view, row))
    styles = [cells.verdict_style(pair.view, row) for pair, row in sides.rows()]
    yield _column(sides, "verdict", lambda pair, row: cells.verdict(pair.view, row), styles)
    if any(_answered(pair) for pair in sides.pairs):
        styles = ["yellow" if pair.view.another_answer(row) else "" for pair, row in sides.rows()]
        yield _column(sides, "answer", lambda pair, row: cells.answer(pair.view, row), styles)


def _counters(sides: Sides) -> Iterator[Column]:
    if any(row.counters for _, row in sides.rows()):
        styles = ["yellow" if row.counter_changes else "" for _, row in sides.rows()]
        yield _column(sides, "counters", _counted, styles)


def _counted(pair: Pair, row: VariantJudgement) -> str:
    """Whether both sides did the same work, as far as both counted it."""
    if row.counter_changes:
        return "changed"
    return "same" if pair.base and pair.base.counters.keys() & row.counters else MISSING


def _answered(pair: Pair) -> bool:
    return any(row.answer.agreement is not Agreement.NONE for row in pair.view.rows)


def _cost(sides: Sides) -> Iterator[Column]:
    columns = [
        *_both(sides, "CPU time", lambda row: seconds(row.cpu_s)),
        *_both(sides, "peak memory", lambda row: size(row.peak_bytes)),
        _column(sides, "ratio of means", lambda pair, row: _timed(pair, row, cells.figure(row.ratio_of_means))),
        _column(sides, "twin", lambda pair, _: cells.ratio(pair.twin)),
    ]
    if len(_effort(sides)) > 1:
        columns.insert(0, _column(sides, "launches", lambda _, row: cells.launches(row)))
    yield from (column for column in columns if any(cell != MISSING for cell in column.cells))


def _both(sides: Sides, title: str, cell: Callable[[VariantJudgement], str]) -> Iterator[Column]:
    yield Column(f"{title} in A", [cell(pair.base) if pair.base else MISSING for pair in sides.pairs])
    told = [_timed(pair, row, cell(row)) for pair, row in sides.rows()]
    yield Column(f"{title} in {sides.letter}", told)


def _timed(pair: Pair, row: VariantJudgement, cell: str) -> str:
    """What is about cost stays empty where the answer is owed."""
    return MISSING if pair.view.lacks_answer(row) else cell


def _column(
    sides: Sides, title: str, cell: Callable[[Pair, VariantJudgement], str], styles: list[str] | None = None
) -> Column:
    return Column(title, [cell(pair, row) for pair, row in sides.rows()], left=True, styles=styles)
