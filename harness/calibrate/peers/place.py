"""Where peers run: an environment of their own, made from its lock."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.calibrate.peers import work
from harness.calibrate.peers.commands import INSIDE, run
from harness.environment import create

ENVIRONMENT = "peers"
_LOOK_TIMEOUT_S = 120.0


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The peers' environment: its Python, what is installed in it, and how long one call of the function takes there.

    versions: by name. call_s: the shortest of some calls, by which the numbers of calls in a trial are chosen.
    """

    python: str
    versions: dict[str, str]
    call_s: float


@functools.cache
def place(root: Path, progress: Callable[[str], None]) -> Place:
    """Make the environment, or find it made. root: the project's folder, which holds envs/. Raises HarnessError."""
    realized = create(ENVIRONMENT, root, progress)
    with tempfile.TemporaryDirectory(prefix="harness-peers-") as name:
        folder = Path(name)
        (folder / f"{work.MODULE}.py").write_text(work.source(), encoding="utf-8")
        done = run(
            realized.python,
            [realized.python, str(INSIDE / "look.py"), work.MODULE, work.FUNCTION],
            folder,
            _LOOK_TIMEOUT_S,
        )
    if done.code:
        raise done.failure()
    seen = msgspec.json.decode(done.output, type=_Seen)
    return Place(python=realized.python, versions=seen.versions, call_s=seen.call_s)


class _Seen(msgspec.Struct, frozen=True):
    versions: dict[str, str]
    call_s: float
