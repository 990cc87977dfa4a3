"""A named pipe that tells a container when whoever started it is gone, whatever has become of the engine between."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path


class Lifeline:
    """Held open by this process; what reads it sees its end when this process ends, or closes it.

    path: where it lies, for a container to be shown; empty where an engine runs in a machine of its own, and a pipe
    doesn't reach so far.
    """

    def __init__(self) -> None:
        self.path = ""
        if sys.platform != "linux":
            return
        self._folder = Path(tempfile.mkdtemp(prefix="harness-"))
        pipe = self._folder / "lifeline"
        os.mkfifo(pipe, 0o600)
        self._end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self.path = str(pipe)

    def take_away(self) -> None:
        """Leave nothing on the disk; who has it mounted keeps it."""
        if self.path:
            shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        self.take_away()
        if self.path:
            self.path = ""
            os.close(self._end)
