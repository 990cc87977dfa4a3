"""The difference of two environments as a table: what changed beside each other, what is only in one below."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console, ConsoleOptions, RenderResult

from harness.difference import Difference
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words


class DifferenceTable:
    """A difference for rich. a, b: what the two environments are called."""

    def __init__(self, told: Difference, a: str, b: str) -> None:
        self._told = told
        self._names = (line(a), line(b))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self._told:
            yield words("no difference")
            return
        a, b = self._names
        changed = self._told.changed
        if changed:
            before, after = ([line(versions[side]) for versions in changed.values()] for side in (0, 1))
            names = Column("package", [line(name) for name in changed])
            yield Columns(names, [Column(a, before, left=True), Column(b, after, left=True)])
        for name, only in ((a, self._told.removed), (b, self._told.added)):
            if only:
                yield bullet(f"only in {name}: {_listed(only)}")


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{line(name)} {line(version)}" for name, version in versions.items())
