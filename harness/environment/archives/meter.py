"""How far a download is, in a line now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

EVERY_S = 3.0


class Meter:
    """Counts what arrives, from any thread, and says so every few seconds."""

    def __init__(
        self, sizes_bytes: Sequence[int | None], progress: Callable[[str], None], clock: Callable[[], float]
    ) -> None:
        self._files = len(sizes_bytes)
        known = [size for size in sizes_bytes if size is not None]
        self._total_bytes = sum(known) if len(known) == len(sizes_bytes) else None
        self._progress = progress
        self._clock = clock
        self._began = self._said = clock()
        self.done_files = 0
        self._done_bytes = 0
        self._lock = threading.Lock()

    def add(self, count_bytes: int) -> None:
        with self._lock:
            self._done_bytes += count_bytes
            self._say()

    def end(self) -> None:
        """One more file has arrived."""
        with self._lock:
            self.done_files += 1
            self._say()

    def _say(self) -> None:
        now = self._clock()
        if now - self._said < EVERY_S:
            return
        self._said = now
        self._progress(state(self.done_files, self._files, self._done_bytes, self._total_bytes, now - self._began))


def state(done_files: int, files: int, done_bytes: int, total_bytes: int | None, elapsed_s: float) -> str:
    """A line like "Fetched 12 of 55 archives, 34 of 120 MB, about 40 s left".

    total_bytes: None where not all sizes are known; then the rest is taken to be as large as what has come.
    """
    share = done_bytes / total_bytes if total_bytes else done_files / files
    left = f", about {_duration(elapsed_s * (1 - share) / share)} left" if 0 < share < 1 else ""
    amount = f"{_mb(done_bytes)} of {_mb(total_bytes)} MB" if total_bytes else f"{_mb(done_bytes)} MB"
    return f"Fetched {done_files} of {files} archives, {amount}{left}"


def _mb(count_bytes: int) -> str:
    return f"{count_bytes / 1e6:.0f}" if count_bytes >= 1e7 else f"{count_bytes / 1e6:.1f}"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
