"""Where peers run: an environment of their own, made from its lock."""

from __future__ import annotations

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
    """The peers' environment: its Python, what is installed in it, and how fast it is.

    lock_digest: of its lock, SHA-256. versions: by name. start_s: a start of that Python. call_s: a call of the
    function. Both are the shortest of some, and the numbers of calls in a trial are chosen by them.
    """

    python: str
    lock_digest: str
    versions: dict[str, str]
    start_s: float
    call_s: float

    @property
    def python_minor(self) -> str:
        return ".".join(self.versions["python"].split(".")[:2])


_SEEN: dict[Path, Place] = {}


def place(root: Path, progress: Callable[[str], None]) -> Place:
    """Make the environment, or find it made: once for this process.

    root: the project's folder, which holds envs/. progress: gets a line for each thing that takes time.
    Raises HarnessError.
    """
    if root not in _SEEN:
        _SEEN[root] = _looked_at(root, progress)
    return _SEEN[root]


def _looked_at(root: Path, progress: Callable[[str], None]) -> Place:
    realized = create(ENVIRONMENT, root, progress)
    with tempfile.TemporaryDirectory(prefix="harness-peers-") as name:
        folder = Path(name)
        work.write(folder)
        look = [realized.python, str(INSIDE / "look.py"), work.MODULE, work.FUNCTION]
        done = run(realized.python, look, folder, _LOOK_TIMEOUT_S).checked()
    seen = msgspec.json.decode(done.output, type=_Seen)
    return Place(
        python=realized.python,
        lock_digest=realized.lock_digest or "",
        versions=seen.versions,
        start_s=seen.start_s,
        call_s=seen.call_s,
    )


class _Seen(msgspec.Struct, frozen=True):
    versions: dict[str, str]
    start_s: float
    call_s: float
