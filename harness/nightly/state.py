"""What a night has come to so far: a small file beside the runs, so that it goes on where it was cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from harness import whole_file
from harness.failure import HarnessError
from harness.judge.nights import Change
from harness.record import Store
from harness.report.nightly import Blame

_NAME = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(-(?P<number>\d+))?")


class Step(StrEnum):
    """The steps of a night, in their order."""

    RESTORE = "restore"
    SOLVE = "solve"
    MEASURE = "measure"
    RECORD = "record"
    JUDGE = "judge"
    BLAME = "blame"
    PUBLISH = "publish"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a night was asked to measure, as for `harness run`. address: of the environment that is solved afresh."""

    paths: list[str]
    keyword: str | None
    address: str
    scale: str
    budget_s: float
    launches: int | None
    precision: float
    cores: list[int]
    threads: int
    timeout_s: float | None


class NightState(msgspec.Struct, frozen=True, kw_only=True):
    """One night. number: 1 for the first of its date. seed: of its runs, by which they are known. commit: today's.

    lock: the digest of today's. committed: that of the commit's own; None if it has none. unsolved: as in
    `record.schema.Night`. anchors: their numbers. run: the id of its record. before: that of the night before it.
    said: what each step that is done has said, in words. damaged: files of the store that are none. broken: the rules
    of the policy that it broke, in words, judged with the nights before.
    """

    date: str
    number: int = 1
    asked: Asked
    seed: int
    commit: str = ""
    lock: str = ""
    committed: str | None = None
    unsolved: str = ""
    anchors: list[int] = []
    run: str | None = None
    before: str | None = None
    changes: list[Change] = []
    blame: Blame | None = None
    damaged: list[str] = []
    said: dict[Step, list[str]] = {}

    @property
    def ahead(self) -> list[Step]:
        """The steps that aren't done."""
        return [step for step in Step if step not in self.said]

    @property
    def next_step(self) -> Step | None:
        """The first step that isn't done; None if all are."""
        return next(iter(self.ahead), None)

    def having_said(self, step: Step, lines: Sequence[str]) -> NightState:
        """The night with a step done."""
        return msgspec.structs.replace(self, said={**self.said, step: list(lines)})


class NightFile:
    """The files of a store's nights: `nights/DATE.json`, and `DATE-2.json` for one that was measured again."""

    def __init__(self, store: Store) -> None:
        self._folder = store.runs.parent / "nights"

    def latest(self, date: str) -> NightState | None:
        """The last night of a date. Raises HarnessError for a file that is none."""
        found = {self._number(path): path for path in self._folder.glob(f"{date}*.json") if self._number(path)}
        return self._read(found[max(found)]) if found else None

    def keep(self, state: NightState) -> None:
        """Write a night's file, whole or not at all. Raises HarnessError if it can't be written."""
        suffix = "" if state.number == 1 else f"-{state.number}"
        path = self._folder / f"{state.date}{suffix}.json"
        try:
            whole_file.replace(path, msgspec.json.encode(state) + b"\n")
        except OSError as fault:
            raise HarnessError(
                f"{path}: what the night has come to can't be written: {fault.strerror or fault}. Make room, and call "
                "it again: it goes on where it is."
            ) from fault

    @staticmethod
    def _number(path: Path) -> int:
        match = _NAME.fullmatch(path.stem)
        return int(match["number"] or 1) if match else 0

    @staticmethod
    def _read(path: Path) -> NightState:
        try:
            return msgspec.json.decode(path.read_bytes(), type=NightState)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as fault:
            raise HarnessError(
                f"{path}: damaged, or of another version: {fault}. Remove it: records are not in it, and the night "
                "is known by its own, if there is one, or begins anew."
            ) from fault
