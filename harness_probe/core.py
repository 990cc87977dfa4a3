"""On which core the measuring thread begins a turn."""

from __future__ import annotations

import contextlib
import os
from typing import Optional


def begin_on(core: Optional[int]) -> None:
    """Move this thread to the core and let it go again: it is as free to run on all its others as before.

    The kernel keeps a thread where it is as long as nobody else wants that core. Where it can't be moved (another
    system, a core that it may not use), it stays.
    """
    if core is None or not hasattr(os, "sched_setaffinity"):
        return
    allowed = os.sched_getaffinity(0)
    if core not in allowed:
        return
    try:
        os.sched_setaffinity(0, {core})
        os.sched_setaffinity(0, allowed)
    except OSError:
        # Others have other cores for us now: take all that there are of them.
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, range(os.cpu_count() or 1))
