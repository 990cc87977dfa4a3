"""A named pipe that tells a container when whoever started it is gone, whatever has become of the engine between."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from harness.failure import HarnessError


class Lifeline:
    """Held open by this process; what reads it sees its end when this process ends, or closes it.

    path: where it lies, for a container to be shown; empty where an engine runs in a machine of its own, and a pipe
    doesn't reach so far.
    """

    def __init__(self) -> None:
        self.path = ""
        self._folder: Path | None = None
        self._end: int | None = None

    def lay(self) -> None:
        """Make it. Raises HarnessError if the disk refuses."""
        if sys.platform != "linux":
            return
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="harness-"))
            pipe = self._folder / "lifeline"
            os.mkfifo(pipe, 0o600)
            self._end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        except OSError as reason:
            raise HarnessError(
                f"{tempfile.gettempdir()}: a container's lifeline can't be laid there: {reason.strerror}. "
                "Let TMPDIR name a folder that can be written to."
            ) from reason
        self.path = str(pipe)

    def take_away(self) -> None:
        """Leave nothing on the disk; who has it mounted keeps it."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        self.take_away()
        if self._end is not None:
            os.close(self._end)
            self._end = None
