"""What a bisection has done, one event a line: from it, a bisection that was cut goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.failure import HarnessError
from harness.record import Store
from harness.record.bisection import Bisection, Trait, Weighed
from harness.record.identity import resolve
from harness.record.schema import Plan

NAME = "bisect.jsonl"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Anything that happens in a bisection."""


class Began(Event, frozen=True, kw_only=True, tag="began"):
    """good, bad: as the user named them. ends: the digests of their locks, which the store keeps, or their commits.

    environment: the address in which commits run; None where locks are what differs. folder: where the user stood.
    """

    id: str
    of: str
    measure: Trait
    good: str
    bad: str
    ends: tuple[str, str]
    kind: str
    environment: str | None
    plan: Plan
    folder: str


class Refused(Event, frozen=True, kw_only=True, tag="refused"):
    """A mix that can't be had, or doesn't run."""

    taken: list[str]
    why: str


class RunPlanned(Event, frozen=True, kw_only=True, tag="run planned"):
    """A run is about to be made. seed: by which it is known again. mixes: the names of what is taken in each."""

    step: int
    look: int
    seed: int
    launches: int
    mixes: list[list[str]]


class RunMade(Event, frozen=True, kw_only=True, tag="run made"):
    """A run's record is in the store. took_s: with all that lay around the measuring."""

    step: int
    look: int
    seed: int
    run: str
    took_s: float


class Judged(Event, frozen=True, kw_only=True, tag="judged"):
    """What was made of a mix."""

    weighed: Weighed


class Ended(Event, frozen=True, kw_only=True, tag="ended"):
    """What was found."""

    found: Bisection


AnyEvent = Began | Refused | RunPlanned | RunMade | Judged | Ended


class Diary:
    """Appends events; each is on the disk before `write` returns. A line that a killed process left torn is dropped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.events = read(path) if path.exists() else []
        sound = b"".join(_line(event) for event in self.events)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            os.ftruncate(self._file, len(sound))
        except OSError as error:
            raise _unwritable(path, error) from error

    def write(self, event: AnyEvent) -> None:
        line = _line(event)
        try:
            written = os.write(self._file, line)
            if written != len(line):
                os.write(self._file, line[written:])  # a disk that fills up takes part of a line; the rest says why
            os.fsync(self._file)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        self.events.append(event)

    def close(self) -> None:
        os.close(self._file)

    def refused(self) -> dict[frozenset[str], str]:
        """Why, by what is taken, for all mixes that can't be had."""
        return {frozenset(event.taken): event.why for event in self.events if isinstance(event, Refused)}

    def measured(self) -> set[frozenset[str]]:
        """All mixes that a run was made of."""
        made = {each.seed for each in self.runs()}
        plans = [event for event in self.events if isinstance(event, RunPlanned) and event.seed in made]
        return {frozenset(mix) for plan in plans for mix in plan.mixes}

    def planned(self, step: int, look: int, mixes: list[list[str]]) -> RunPlanned | None:
        """The run that was planned for these mixes, if there is one."""
        plans = [each for each in self.events if isinstance(each, RunPlanned)]
        fitting = [each for each in plans if (each.step, each.look, each.mixes) == (step, look, mixes)]
        return fitting[-1] if fitting else None

    def made(self, planned: RunPlanned) -> RunMade | None:
        """The run that was made of a plan, if it was."""
        return next((each for each in self.runs() if each.seed == planned.seed), None)

    def runs(self) -> list[RunMade]:
        """All runs whose record is in the store."""
        return [event for event in self.events if isinstance(event, RunMade)]

    def is_judged(self, weighed: Weighed) -> bool:
        """Whether this was written down before."""
        return any(isinstance(event, Judged) and event.weighed == weighed for event in self.events)

    def found(self) -> Bisection | None:
        """What was found, if it came to an end; at last, where it went on after that."""
        return next((event.found for event in reversed(self.events) if isinstance(event, Ended)), None)


def read(path: Path) -> list[AnyEvent]:
    """All events of a diary; a torn last line is none. Raises HarnessError, with the line, for damage before it."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except OSError as error:
        raise HarnessError(f"{path}: cannot be read: {error.strerror}.") from error
    decoder = msgspec.json.Decoder(AnyEvent)
    events: list[AnyEvent] = []
    for number, line in enumerate(lines, start=1):
        try:
            events.append(decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if number == len(lines):
                break
            raise HarnessError(f"{path}:{number}: this line is damaged: {error}. Begin a new bisection.") from error
    return events


def diary_of(store: Store, name: str) -> tuple[Began, Path]:
    """The bisection whose id begins or ends so, or the latest that was cut where `name` is empty.

    Raises HarnessError where there is none.
    """
    known = {began.id: (began, path) for began, path in _begun(store)}
    if name:
        if not known:
            raise HarnessError(f"{store.runs}: there is no bisection to go on with.")
        return known[resolve(name, known)]
    cut = cut_bisection(store)
    if cut is None:
        raise HarnessError(f"{store.runs}: no bisection was cut. Leave --resume away, or name one.")
    return known[cut]


def cut_bisection(store: Store) -> str | None:
    """The id of the latest bisection that has not come to its end."""
    cut = [began.id for began, path in _begun(store) if not any(isinstance(event, Ended) for event in read(path))]
    return max(cut, default=None)


def _begun(store: Store) -> Iterator[tuple[Began, Path]]:
    for path in sorted(store.runs.glob(f"*/{NAME}")):
        try:
            events = read(path)
        except HarnessError:
            continue  # told when it is asked for
        if events and isinstance(events[0], Began):
            yield events[0], path


def _line(event: AnyEvent) -> bytes:
    return msgspec.json.encode(event) + b"\n"


def _unwritable(path: Path, error: OSError) -> HarnessError:
    return HarnessError(
        f"{path}: cannot be written: {error.strerror}. Mend that and go on with `harness bisect --resume`; what was "
        "measured so far is kept."
    )
