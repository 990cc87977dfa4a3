"""What a started process is to the one who started it, wherever it runs."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Protocol


class Held(Protocol):
    """A process with pipes for messages, stopped, woken and ended together with all that it started.

    stdin, stdout: unbuffered, with file descriptors that can be polled. log: what it printed to its standard error.
    """

    log: Path

    @property
    def stdin(self) -> IO[bytes]: ...
    @property
    def stdout(self) -> IO[bytes]: ...
    @property
    def lost(self) -> str | None:
        """What ended it from outside, where no exit code tells: "was lost with ..."; else None."""

    def stop(self) -> None:
        """Keep the whole tree from running."""

    def wake(self) -> None:
        """Let the whole tree run again."""

    def show_stack(self) -> None:
        """Ask the leader to write its Python stack into its log, and to die of it (faulthandler on SIGABRT)."""

    def wait(self, timeout_s: float) -> int | None:
        """Exit code, or the negative signal; None if it is still there after so many seconds."""

    def kill(self) -> int:
        """End the whole tree at once; returns the leader's exit code."""
