"""What launches have cost, as a fold over a run's events: the ground on which the next ones are planned."""

from __future__ import annotations

from statistics import fmean, median

from harness.conduct.events import (
    AnyEvent,
    BlockEnded,
    CasePlanned,
    LaunchBegan,
    LaunchEnded,
    ProbesReady,
    Sampled,
)
from harness.record.schema import Phase

_RECENT = 4


class Ledger:
    """Seconds by case, with what lies between turns: starts, pings, stops, last words, limits."""

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}

    def take(self, event: AnyEvent) -> None:
        case = getattr(event, "case", None)
        if case is not None:
            self._accounts.setdefault(case, _Account()).take(event)

    def launch_s(self, case: str) -> float | None:
        """What a launch of a case has taken, the mean of the last four whole ones; None before there is one.

        The pilot is none: it learns, and calls more than once.
        """
        return self._account(case).launch_s()

    def block_s(self, case: str) -> float | None:
        """What a measured block of a case takes, the median; None before there is one."""
        return self._account(case).block_s()

    def end_s(self, case: str) -> float:
        """What the last words and the end of a launch of a case took last; 0 before there is one."""
        return self._account(case).end_s()

    def predicted_s(self, case: str, blocks: int) -> float | None:
        """What a launch of held probes with so many blocks, warm-up included, will take, by what the pilot showed.

        None before the pilot has measured a block.
        """
        return self._account(case).predicted_s(blocks)

    def _account(self, case: str) -> _Account:
        return self._accounts.get(case, _Account())


class _Account:
    """The moments of one case, in seconds since the run began."""

    def __init__(self) -> None:
        self._steady: list[float] = []
        self._starts: list[float] = []
        self._ends: list[float] = []
        self._blocks: list[float] = []
        self._is_pilot = False
        self._began = 0.0
        self._last = 0.0
        self._phase = Phase.PILOT

    def take(self, event: AnyEvent) -> None:
        match event:
            case LaunchBegan():
                self._is_pilot, self._began, self._last = False, event.at_s, event.at_s
            case ProbesReady():
                self._starts.append(event.at_s - self._began)
                self._last = event.at_s
            case CasePlanned():
                self._is_pilot = True
            case Sampled():
                self._phase = event.sample.phase
            case BlockEnded():
                if self._phase is Phase.MEASURED:
                    self._blocks.append(event.at_s - self._last)
                self._last = event.at_s
            case LaunchEnded(phase=Phase.MEASURED):
                self._ends.append(event.at_s - self._last)
                if not self._is_pilot:
                    self._steady.append(event.at_s - self._began)

    def launch_s(self) -> float | None:
        return fmean(self._steady[-_RECENT:]) if self._steady else None

    def end_s(self) -> float:
        return self._ends[-1] if self._ends else 0.0

    def block_s(self) -> float | None:
        return median(self._blocks) if self._blocks else None

    def predicted_s(self, blocks: int) -> float | None:
        block_s = self.block_s()
        if block_s is None or not (self._starts and self._ends):
            return None
        return self._starts[-1] + blocks * block_s + self._ends[-1]
