"""Annotations as the commands that a runner of GitHub Actions reads from a job's output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.report.ci.annotations import Annotation
from harness.report.plain import line
from harness.report.quantity import counted

# A step's further ones of the same weight are not shown.
MOST = 10
_LONGEST = 4_000


def workflow_commands(notes: Sequence[Annotation]) -> list[str]:
    """A line for each note, ten of a weight at most; the last one then says how many more there are.

    Escaped as the runner's own toolkit does it (`actions/toolkit`, packages/core/src/command.ts).
    """
    return list(_commands(notes))


def _commands(notes: Sequence[Annotation]) -> Iterator[str]:
    found, told = Counter(note.weight for note in notes), Counter[str]()
    for note in notes:
        told[note.weight] += 1
        more = found[note.weight] - MOST + 1
        if told[note.weight] < MOST or more == 1:
            yield _command(note)
        elif told[note.weight] == MOST:
            what = counted(more, "note is", "notes are")
            yield f"::{note.weight} title=Benchmark::{_data(f'{what} left out here; the summary has all.')}"


def _command(note: Annotation) -> str:
    about = {"file": note.file, "line": str(note.line)} if note.file else {}
    properties = ",".join(f"{name}={_property(value)}" for name, value in [*about.items(), ("title", note.title)])
    return f"::{note.weight} {properties}::{_data(note.text)}"


def _data(text: str) -> str:
    told = line(text)
    shown = told if len(told) <= _LONGEST else f"{told[:_LONGEST]} ... (cut)"
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str | None) -> str:
    return _data(text or "").replace(":", "%3A").replace(",", "%2C")
