"""What a site is made of: what the store says, and what was judged of it. Files and clocks stay outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.record.history import History
from harness.record.results import Kind, Run
from harness.record.schema import Record
from harness.record.summary import Damaged
from harness.report.plain import line


@dataclass(frozen=True)
class Release:
    """What changes are counted from. name: a tag or a date; date: its day, as 2026-11-22."""

    name: str
    date: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """All that the pages show.

    runs: by id, oldest first. judged: gives the histories of all series; asked once. versions: what is installed, by
    digest of the software. record: reads a record by its id; raises HarnessError. today: the day on which the site is
    built. store: how the commands on the pages name the store; empty where they need not.
    """

    title: str
    runs: Mapping[str, Run]
    judged: Callable[[], Sequence[History]]
    versions: Mapping[str, Mapping[str, str]]
    record: Callable[[str], Record]
    damaged: Sequence[Damaged] = ()
    release: Release | None = None
    today: str
    store: str = ""

    def versions_of(self, run: Run) -> Mapping[str, str]:
        """The packages that a run had; empty if they aren't known."""
        return self.versions.get(run.software_digest, {})

    @cached_property
    def histories(self) -> Sequence[History]:
        """The histories of all series."""
        return self.judged()

    @cached_property
    def nights(self) -> list[Run]:
        """The runs that the start page tells of, oldest first: the nights, or all runs where there are none."""
        nights = [run for run in self.runs.values() if run.kind is Kind.NIGHT]
        return sorted(nights or self.runs.values(), key=lambda run: (run.day, run.id))

    @cached_property
    def cases(self) -> dict[str, list[History]]:
        """The histories of each case of the suites."""
        found: dict[str, list[History]] = {}
        for history in self.histories:
            found.setdefault(history.series.key.case, []).append(history)
        return found

    @cached_property
    def scales(self) -> set[str]:
        """The scales at which there are series."""
        return {history.series.key.scale for history in self.histories}


def short_name(case: str) -> str:
    """A case's name without the file that it is in."""
    return line(case.rpartition("::")[2] or case)
