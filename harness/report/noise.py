"""A machine's noise by case, as a table, and the floors that it sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console, ConsoleOptions, RenderResult

from harness.judge.known_floors import KnownFloor
from harness.record.summary import Damaged
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words
from harness.report.quantity import MISSING, number, share


class NoiseTable:
    """A table for each case for rich; damaged files are named below."""

    def __init__(self, known: Sequence[KnownFloor], damaged: Sequence[Damaged] = ()) -> None:
        self._known = known
        self._damaged = damaged

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self._known:
            yield words("Nothing is known of this machine's noise yet: each `harness run` adds to it.")
        for (case, scale, fresh), rows in groupby(self._known, lambda each: (each.case, each.scale, each.fresh)):
            yield words(line(f"{case}, {scale}{', fresh processes' if fresh else ''}"), "bold")
            found = list(rows)
            yield Columns(Column("variant", [_name(each) for each in found], left=True), list(_columns(found)))
            yield words("")
        if self._known:
            yield words(
                "floor: the change that as many launches and blocks as the latest run's see with 80 % power, from the "
                "noise of all these runs."
            )
        for file in self._damaged:
            yield bullet(f"left out: {file.path}: {line(file.why)}", "yellow")


def _name(known: KnownFloor) -> str:
    return line(known.variant if known.twin else f"{known.variant} against {known.against}")


def _columns(rows: Sequence[KnownFloor]) -> Iterator[Column]:
    yield Column("floor", [MISSING if each.floor is None else share(each.floor) for each in rows])
    yield Column("launches", [str(each.launches) for each in rows])
    yield Column("blocks of each", [number(round(each.blocks, 1)) for each in rows])
    yield Column("sd between launches", [share(each.between_sd) for each in rows])
    yield Column("sd of a block", [share(each.within_sd) for each in rows])
    yield Column("runs", [str(each.runs) for each in rows])
