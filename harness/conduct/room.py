"""The folders of a run in progress."""

from __future__ import annotations

import itertools
from pathlib import Path

from harness.failure import HarnessError


class Room:
    """folder: private to the run. scratch: for the suite's temporary files; its path is short, as sockets may be there.

    Raises HarnessError if they can't be made.
    """

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.scratch = scratch
        # Probes may stand elsewhere, in a checkout or a bundle: what they are told is absolute.
        self.arrays = folder.absolute() / "arrays"
        self._logs = folder.absolute() / "logs"
        self._numbers = itertools.count(1)
        try:
            for made in (self.arrays, self._logs, self.scratch):
                made.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HarnessError(f"{folder}: cannot be written: {error.strerror}.") from error

    def new_log(self) -> Path:
        """Where the next probe prints to."""
        return self._logs / f"{next(self._numbers)}.log"
