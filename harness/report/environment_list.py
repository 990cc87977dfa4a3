"""Environments as a table: a line for each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult

from harness.environment import Listed
from harness.report.columns import Column, Columns
from harness.report.plain import line, words
from harness.report.quantity import size

DIGEST_SHOWN = 12


class EnvironmentList:
    """Environments for rich; where they lie stands below, because paths are long."""

    def __init__(self, listed: Sequence[Listed]) -> None:
        self._listed = listed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self._listed:
            yield words("There is no lock in envs/, and no environment in the cache.")
            return
        yield Columns(Column("environment", [_name(each) for each in self._listed]), self._columns())

    def _columns(self) -> list[Column]:
        listed = self._listed
        return [
            Column("state", [_state(each) for each in listed], left=True),
            Column("lock", [(each.lock_digest or "")[:DIGEST_SHOWN] for each in listed], left=True),
            Column("Python", [each.python or "" for each in listed], left=True),
            Column("size", ["" if each.size_bytes is None else size(each.size_bytes) for each in listed]),
        ]


def _name(each: Listed) -> str:
    return line(f"{each.name}@{each.kind}" if each.kind else each.name)


def _state(each: Listed) -> str:
    return str(each.state) if each.current or each.kind is None else f"{each.state}, of another lock"
