"""A probe as the conductor holds it: orders in, messages out, and a plain word for every way in which it can fail."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Any

import msgspec

from harness.conduct.stack import innermost
from harness.environment import Held
from harness.record.schema import Failure, FailureKind

Trace = Callable[[str], None]

_LAST_LINES = 20
_LONGEST_LOG_BYTES = 16384
_LOOK_S = 1.0
_LONGEST_MESSAGE_BYTES = 256 * 1024 * 1024


class ProbeLost(Exception):
    """The probe can't go on: it raised, died, hung, wrote garbage, or skipped its test."""

    def __init__(self, kind: FailureKind, text: str, output: str = "") -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.output = output

    def failure(self, launch: int) -> Failure:
        return Failure(launch=launch, kind=self.kind, text=self.text, output=self.output)


class LaunchVoid(Exception):
    """What the probe held is no longer what it was; nothing of this launch may be used."""


class Probe:
    """One probe process and its pipe."""

    def __init__(self, name: str, process: Held, trace: Trace) -> None:
        self.name = name
        self.most_calls: int | None = None
        self.calls = 0
        self._process = process
        self._trace = trace
        self._pending = bytearray()
        self._poll = select.poll()
        self._poll.register(process.stdout, select.POLLIN | select.POLLHUP)

    def tell(self, **order: Any) -> None:
        line = json.dumps(order, separators=(",", ":"))
        self._trace(f"-> {self.name}: {line}")
        try:
            os.write(self._process.stdin.fileno(), line.encode() + b"\n")
        except ConnectionError:
            raise self._death() from None

    def hear(self, timeout_s: float) -> dict[str, Any]:
        """The next message. Raises ProbeLost for whatever comes instead of one."""
        line = self._line(timeout_s)
        self._trace(f"<- {self.name}: {line[:2000].decode(errors='replace')}")
        try:
            message = msgspec.json.decode(line, type=dict[str, Any])
            self._raise_bad_news(message)
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
            text = f"wrote to the pipe that is kept for messages: {line[:200]!r}"
            raise ProbeLost(FailureKind.GARBLED, text, self.last_output()) from None
        return message

    def _raise_bad_news(self, message: dict[str, Any]) -> None:
        kind = message["kind"]
        if kind == "void":
            raise LaunchVoid(f"{self.name}: {message['why']}")
        if kind == "raised":
            raise ProbeLost(FailureKind.RAISED, str(message["text"]), self.last_output())
        if kind == "skipped":
            raise ProbeLost(FailureKind.SKIPPED, str(message["why"]))
        if kind == "unfit":
            raise ProbeLost(FailureKind.RAISED, str(message["why"]), self.last_output())

    def ask(self, timeout_s: float, **order: Any) -> dict[str, Any]:
        self.tell(**order)
        return self.hear(timeout_s)

    def stop(self) -> None:
        self._process.stop()

    def wake(self) -> None:
        self._process.wake()

    def close(self) -> None:
        """End the probe with all that it started."""
        self._process.kill()

    def leave(self, timeout_s: float) -> None:
        """Let a probe that has said its last word close its clusters and files, then end what is left of it."""
        self._process.wait(timeout_s)
        self._process.kill()

    def last_output(self) -> str:
        """The last lines that the probe and all that it started printed."""
        return "\n".join(self._log().splitlines()[-_LAST_LINES:])

    def _log(self, since: int = 0) -> str:
        """The end of what was printed after so many bytes."""
        try:
            with self._process.log.open("rb") as log:
                log.seek(0, os.SEEK_END)
                log.seek(max(since, log.tell() - _LONGEST_LOG_BYTES))
                return log.read().decode(errors="replace")
        except OSError:
            return ""

    def _line(self, timeout_s: float) -> bytes:
        deadline = time.monotonic() + timeout_s
        while (end := self._pending.find(b"\n")) < 0:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not self._poll.poll(min(left_s, _LOOK_S) * 1000):
                if self._process.wait(0) is not None and not self._poll.poll(0):
                    # A process that it forked keeps its pipe open.
                    raise self._death()
                if time.monotonic() >= deadline:
                    raise self._hang(timeout_s)
                continue
            chunk = os.read(self._process.stdout.fileno(), 1 << 16)
            if not chunk:
                raise self._death()
            self._pending += chunk
            if len(self._pending) > _LONGEST_MESSAGE_BYTES:
                raise ProbeLost(FailureKind.GARBLED, "wrote a message without an end", self.last_output())
        line = bytes(self._pending[:end])
        del self._pending[: end + 1]
        return line

    def _hang(self, timeout_s: float) -> ProbeLost:
        printed = self.last_output().splitlines()[-_LAST_LINES // 2 :]
        size = self._process.log.stat().st_size
        self._process.wake()
        self._process.show_stack()
        self._process.wait(2.0)
        stood = innermost(self._log(since=size), _LAST_LINES // 2 - 1)
        if stood:
            printed += ["It stood here (most recent call last):", *stood]
        text = f"no answer within {timeout_s:g} s (see --timeout); ended"
        return ProbeLost(FailureKind.HUNG, text, "\n".join(printed))

    def _death(self) -> ProbeLost:
        code = self._process.wait(5.0)
        if self._process.lost:
            return ProbeLost(FailureKind.DIED, self._process.lost, self.last_output())
        if code is None:
            return ProbeLost(FailureKind.DIED, "closed its pipe and went on", self.last_output())
        if code < 0:
            name = signal.Signals(-code).name
            hint = " (out of memory? the kernel's log tells)" if -code == signal.SIGKILL else ""
            return ProbeLost(FailureKind.DIED, f"died of {name}{hint}", self.last_output())
        return ProbeLost(FailureKind.DIED, f"exited with code {code} before its work was done", self.last_output())
