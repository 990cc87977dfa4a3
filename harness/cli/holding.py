"""One run at a time measures on a machine: a second one waits for a while, and says for whom."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from harness.cli.terminal import tell
from harness.machine.lock import hold

_PATIENCE_S = 600.0


def machine_held() -> AbstractContextManager[Path | None]:
    """The machine, held while measuring. Raises MachineBusy."""
    return hold(_PATIENCE_S, lambda holder: tell(f"harness: waiting for {holder}, which measures on this machine."))
