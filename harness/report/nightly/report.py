"""A night as it is printed: the sentence, what is other, whose it is, what to type next; then all the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from harness.judge.nights import Blamed, Effect, Found
from harness.record.schema import Verdict
from harness.report import cells
from harness.report.columns import Column, Columns
from harness.report.nightly.sentences import (
    change_in_words,
    effects_in_words,
    headline,
    package_in_words,
    whose_is_it,
)
from harness.report.nightly.told import Blame, Since, Told
from harness.report.plain import bullet, line, words
from harness.report.run import RunReport

_MOST_PACKAGES = 12
_MOST_BROKEN = 20
_STYLES = {0: "bold green", 1: "bold red", 3: "bold yellow"}


class NightReport:
    """A night for rich: the sentence first, the run's own tables last."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        told = self._told
        yield words(headline(told), _STYLES.get(told.code, "bold"))
        if len(told.changes) > 1:
            yield from (bullet(change_in_words(change, told)) for change in told.changes)
        if told.unsolved:
            yield bullet(f"Measured with the committed lock, not with a fresh solve: {line(told.unsolved)}", "yellow")
        yield from (bullet(f"Damaged in the store, and left out: {line(each)}", "yellow") for each in told.damaged)
        yield from _next(told)
        if told.blame is not None:
            yield words("")
            yield from _blame(told.blame, told.moved)
        if told.since is not None:
            yield words("")
            yield from _moved(told.since, f"Since the night of {told.since.night}:")
        if told.record is not None:
            yield words("")
            yield RunReport(told.record)
        yield words("")
        yield from _night(told)


def _next(told: Told) -> Iterator[Any]:
    if told.commands:
        yield words("What to type next:")
        for what, command in told.commands:
            yield words(f"# {what}")
            # In a line of its own, however long, so that it can be copied.
            yield Text(line(command), no_wrap=True, overflow="ignore")


def _blame(blame: Blame, moved: Since | None) -> Iterator[Any]:
    yield words("Code or packages?", "bold")
    yield words(f"{whose_is_it(blame, moved)}. Old is {line(blame.old.name)}, new is {line(blame.new.name)}.")
    for test in blame.tests:
        yield words("")
        yield from _two_by_two(test)
    yield from (bullet(f"{cell} could not be had: {line(why)}", "yellow") for cell, why in blame.missing.items())
    if blame.others:
        yield bullet(f"Other since another night, and not taken apart tonight: {', '.join(map(line, blame.others))}")
    if blame.run:
        yield words(f"Record {blame.run}.")


def _two_by_two(test: Blamed) -> Iterator[Any]:
    yield words(line(f"{test.case}, {test.variant}"), "bold")
    found = {each.effect: each for each in test.effects}
    if found:
        rows = [Effect.CODE_THEN, Effect.CODE_NOW, Effect.PACKAGES_THEN, Effect.PACKAGES_NOW, Effect.INTERACTION]
        rows = [effect for effect in (*rows, Effect.TOTAL) if effect in found]
        names = Column("effect of", [str(effect) for effect in rows], left=True)
        ratios = [cells.ratio(found[effect].ratio) for effect in rows]
        said = [_said(found[effect]) for effect in rows]
        styles = [cells.VERDICT_STYLES.get(found[effect].verdict, "") for effect in rows]
        yield Columns(names, [Column("ratio [95%]", ratios, left=True), Column("verdict", said, True, styles)])
    yield from (bullet(each) for each in effects_in_words(test))


def _said(found: Found) -> str:
    if found.effect is not Effect.INTERACTION:
        return found.verdict.value
    if found.verdict in {Verdict.FASTER, Verdict.SLOWER}:
        return "they act on each other"
    return "none" if found.verdict is Verdict.EQUIVALENT else "none is seen"


def _moved(since: Since, title: str) -> Iterator[Any]:
    yield words(title, "bold")
    if not since.commits and not since.packages:
        yield bullet("Neither code nor packages have moved.")
    yield from (bullet(f"commit {line(each)}") for each in since.commits)
    if since.more_commits:
        yield bullet(f"and {since.more_commits} more commits")
    packages = [package_in_words(name, versions) for name, versions in since.packages.items()]
    if packages:
        more = f" and {len(packages) - _MOST_PACKAGES} more" if len(packages) > _MOST_PACKAGES else ""
        yield bullet(f"packages: {', '.join(packages[:_MOST_PACKAGES])}{more}")


def _night(told: Told) -> Iterator[Any]:
    again = f", measured {told.number} times" if told.number > 1 else ""
    yield words(f"The night of {told.date}{again}: {told.commit[:12]} with lock {told.lock[:12] or 'none yet'}", "bold")
    for step, lines in told.steps.items():
        yield from (bullet(f"{step}: {line(each)}") for each in lines)
    if told.broken:
        yield words("The policy is broken:", "bold red")
        yield from (bullet(line(each)) for each in told.broken[:_MOST_BROKEN])
        if len(told.broken) > _MOST_BROKEN:
            yield bullet(f"and {len(told.broken) - _MOST_BROKEN} more")
