"""The store's list: a line for each record, and the files that are none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.summary import Damaged, Summary
from harness.report.columns import Column, Columns
from harness.report.plain import bullet, line, words


class StoreList:
    """The records of a store for rich, oldest first; damaged files are named below."""

    def __init__(self, summaries: Sequence[Summary], damaged: Sequence[Damaged] = ()) -> None:
        self._summaries = summaries
        self._damaged = damaged

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self._summaries and not self._damaged:
            yield words("The store holds no record yet: `harness run` makes the first.")
        if self._summaries:
            yield Columns(Column("id", self._short_ids()), self._columns())
        for file in self._damaged:
            yield bullet(f"not read: {file.path}: {line(file.why)}", "yellow")

    def _short_ids(self) -> list[str]:
        """The ids' suffixes, with which a record is found too, or the whole ids where two have the same."""
        suffixes = [line(record.id).rpartition("-")[2] for record in self._summaries]
        if len(set(suffixes)) == len(suffixes):
            return suffixes
        return [line(record.id) for record in self._summaries]

    def _columns(self) -> list[Column]:
        records = self._summaries
        return [
            Column("began", [_when(record.began) for record in records], left=True),
            Column("scale", [line(record.scale) for record in records], left=True),
            Column("environment", [_environment(record) for record in records], left=True),
            Column("cases", [str(record.cases) for record in records]),
            Column("faster/ slower/ other", [_verdicts(record) for record in records]),
            Column("other answer", [_differ(record) for record in records]),
            Column("missing", [str(record.missing) for record in records]),
        ]


def _when(began: str) -> str:
    try:
        return f"{datetime.fromisoformat(began):%Y-%m-%d %H:%M}"
    except ValueError:
        return line(began)


def _environment(record: Summary) -> str:
    others = [f"\nagainst {line(address)}" for address in record.against]
    return line(record.environment) + "".join(others) + ("\nDRIFTED" if record.state == "drifted" else "")


def _verdicts(record: Summary) -> str:
    faster, slower = (record.verdicts.get(name, 0) for name in ("faster", "slower"))
    return f"{faster}/{slower}/{sum(record.verdicts.values()) - faster - slower}"


def _differ(record: Summary) -> str:
    return str(record.answers.get("differ", 0) + record.answers.get("unstable", 0))
