"""How far a run is: one line with the time left in a terminal, a line now and then elsewhere, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harness.report.plain import line
from harness.report.quantity import seconds

PLAIN_EVERY_S = 10.0
BAR_WIDTH = 20


class Progress:
    """Shows how far a run is, on stderr: `with Progress() as progress: progress.update(12, 48, "naive")`.

    quiet: show nothing. plain: a line at most every 10 s; by default where stderr is no terminal.
    """

    def __init__(
        self,
        *,
        quiet: bool = False,
        plain: bool | None = None,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console or Console(stderr=True)
        self._quiet = quiet
        self._plain = not self._console.is_terminal if plain is None else plain
        self._clock = clock
        self._last: float | None = None
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if not self._quiet and not self._plain:
            self._live = Live(console=self._console, transient=True, refresh_per_second=4)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def update(self, done_s: float, eta_s: float | None, what: str) -> None:
        """done_s: since the run began. eta_s: what is left, None while nobody knows. what: being measured now."""
        if self._quiet:
            return
        if self._live:
            self._live.update(_line(done_s, eta_s, line(what)))
            return
        now = self._clock()
        if self._last is not None and now - self._last < PLAIN_EVERY_S:
            return
        self._last = now
        self._console.print(Text(f"{_share(done_s, eta_s)}, {_left(eta_s)}: {line(what)}"), soft_wrap=True)

    def say(self, text: str) -> None:
        """A line that stays, above the moving one: a warning, a case that ended."""
        if not self._quiet:
            self._console.print(Text(text), soft_wrap=True)


def _line(done_s: float, eta_s: float | None, what: str) -> Table:
    total = None if eta_s is None else max(done_s + eta_s, 1e-9)
    row = Table.grid(padding=(0, 1, 0, 0), expand=True)
    row.add_column(width=BAR_WIDTH)
    row.add_column(no_wrap=True)
    row.add_column(no_wrap=True)
    row.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    bar = ProgressBar(total=total, completed=done_s, width=BAR_WIDTH, pulse=total is None)
    row.add_row(bar, Text(_share(done_s, eta_s)), Text(_left(eta_s)), Text(what))
    return row


def _share(done_s: float, eta_s: float | None) -> str:
    if eta_s is None:
        return f"{seconds(done_s)} done"
    return f"{100 * done_s / max(done_s + eta_s, 1e-9):.0f} %"


def _left(eta_s: float | None) -> str:
    return "time left unknown" if eta_s is None else f"{_clock_time(eta_s)} left"


def _clock_time(duration_s: float) -> str:
    minutes, rest = divmod(round(max(duration_s, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
