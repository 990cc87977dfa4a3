"""The journal of a run in progress: one event a line, out of the process before anything else happens."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.conduct.events import AnyEvent
from harness.failure import HarnessError
from harness.whole_file import FULL, write_new

_LONGEST_UNSYNCED_S = 0.5


def new_journal(path: Path, first: AnyEvent) -> None:
    """Make the journal of a new run, with its first event: whoever sees a journal sees a run that can go on.

    Raises HarnessError, and leaves none, if it can't be written.
    """
    try:
        write_new(path, msgspec.json.encode(first) + b"\n")
    except OSError as error:
        raise HarnessError(f"{path}: cannot be written: {error.strerror}. {_cure(error)}.") from error


class Journal:
    """Appends events. A line is written before `write` returns, and survives `kill -9` of this process.

    It is synced to the disk between blocks, and before any turn that may end more than half a second later, so that a
    power cut costs at most a second.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._encoder = msgspec.json.Encoder()
        self._dirty = False
        self._synced_at = clock()
        self._file = _opened(path)

    def write(self, event: AnyEvent) -> None:
        line = self._encoder.encode(event) + b"\n"
        try:
            written = os.write(self._file, line)
            if written != len(line):
                # A disk that fills up in the middle of a line takes part of it; the rest says why.
                os.write(self._file, line[written:])
        except OSError as error:
            raise _unwritable(self._path, error) from error
        self._dirty = True

    def settle(self, next_turn_s: float) -> None:
        """Sync if the next turn would keep what is written from the disk for too long."""
        if self._dirty and self._clock() - self._synced_at + next_turn_s > _LONGEST_UNSYNCED_S:
            self.sync()

    def sync(self) -> None:
        if not self._dirty:
            return
        try:
            os.fsync(self._file)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        self._dirty = False
        self._synced_at = self._clock()

    def close(self) -> None:
        os.close(self._file)


def replay(path: Path) -> list[AnyEvent]:
    """All events of a journal. A torn last line is ignored; damage before it is an error with its line number."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HarnessError(f"{path}: cannot be read: {error.strerror}.") from error
    lines = content.split(b"\n")
    whole = lines[:-1]
    decoder = msgspec.json.Decoder(AnyEvent)
    events: list[AnyEvent] = []
    for number, line in enumerate(whole, start=1):
        try:
            events.append(decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if number == len(whole):
                break
            message = f"{path}:{number}: this line of the journal is damaged: {error}. Start a new run."
            raise HarnessError(message) from error
    return events


def _opened(path: Path) -> int:
    """The journal's file, for appending, without what a killed run may have left at its end that is no event."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        os.ftruncate(file, _sound_bytes(path.read_bytes()))
    except OSError as error:
        raise _unwritable(path, error) from error
    return file


def _sound_bytes(content: bytes) -> int:
    """How much of a journal `replay` reads: all but a last line that is torn or damaged."""
    end = content.rfind(b"\n") + 1
    begin = content.rfind(b"\n", 0, max(0, end - 1)) + 1
    try:
        msgspec.json.decode(content[begin:end], type=AnyEvent)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return begin
    return end


def _unwritable(path: Path, error: OSError) -> HarnessError:
    return HarnessError(
        f"{path}: cannot be written: {error.strerror}. {_cure(error)}; "
        "what was measured so far is kept, go on with `harness run --resume`."
    )


def _cure(error: OSError) -> str:
    cure = "Free some space" if error.errno in FULL else "Make it writable"
    return f"{cure}, or choose another store with --store"
