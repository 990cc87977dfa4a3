"""Time as a run sees it: measuring time against its budget, interruptions left out."""

from __future__ import annotations

import time
from collections.abc import Callable


class RunClock:
    """Seconds of measuring since the run began. before_s: what earlier sittings of the run took."""

    def __init__(self, budget_s: float, before_s: float = 0.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.budget_s = budget_s
        self._monotonic = monotonic
        self._began = monotonic() - before_s

    def now_s(self) -> float:
        return self._monotonic() - self._began

    def left_s(self) -> float:
        return self.budget_s - self.now_s()
