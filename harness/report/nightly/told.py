"""What is told of a night: values that the report prints, and `--json`."""

from __future__ import annotations

from harness.judge.nights import Blamed, Cell, Change, Culprit
from harness.record.schema import Anchor, Record, Value


class Side(Value, frozen=True, kw_only=True):
    """Code and packages of one night, or of an anchor. name: "the night of 2026-11-22", "anchor 1 (v1.0)".

    python: the interpreter's version; empty where nobody knows.
    """

    name: str
    commit: str
    lock: str
    python: str = ""


class Blame(Value, frozen=True, kw_only=True):
    """Whose the difference from `old` to `new` is. about: the tests, as "case, variant".

    culprit: where it is known without measuring, because only one of the two moved, or neither. run: the id of the
    record of the 2 x 2; tests: what it says. missing: cells that couldn't be had. failed: why there is no 2 x 2 at all.
    others: tests that differ since another night, and so are not in it.
    """

    old: Side
    new: Side
    about: list[str]
    culprit: Culprit | None = None
    run: str | None = None
    tests: list[Blamed] = []
    missing: dict[Cell, str] = {}
    failed: str = ""
    others: list[str] = []

    @property
    def other_python(self) -> tuple[str, str] | None:
        """The interpreter's versions then and now, where they differ: no lock holds it."""
        pair = self.old.python, self.new.python
        return pair if all(pair) and pair[0] != pair[1] else None


class Since(Value, frozen=True, kw_only=True):
    """What moved since the night before. night: its date. commits: "abc1234 subject", the newest first.

    more_commits: how many there are beyond those. packages: versions before and now, None where there is none.
    """

    night: str
    commit: str
    commits: list[str]
    more_commits: int = 0
    packages: dict[str, tuple[str | None, str | None]] = {}


class Told(Value, frozen=True, kw_only=True):
    """A night as it is told. record: None if nothing was measured yet. anchors: those that it measured.

    since: None for the first night. moved: what moved between the ends of the blame. steps: what each said. broken: the
    rules of the policy that it broke, in words. commands: what to type next, each with what for. code: the exit code.
    """

    date: str
    number: int
    commit: str
    lock: str
    unsolved: str
    anchors: list[Anchor]
    record: Record | None
    since: Since | None
    changes: list[Change]
    blame: Blame | None
    moved: Since | None
    steps: dict[str, list[str]]
    damaged: list[str]
    broken: list[str]
    commands: list[tuple[str, str]]
    code: int
