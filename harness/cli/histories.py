"""All histories of a store: what was judged before lies beside its index, and only new nights are judged."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import harness
from harness.record.history import History
from harness.record.index import Index
from harness.record.results import Run
from harness.record.series import series_of
from harness.whole_file import hidden_beside

if TYPE_CHECKING:
    from harness.judge.history import Kept

_FILE = "histories.msgpack"


def histories_in(index: Index) -> list[History]:
    """What is said of all series of a store.

    What was kept counts only if the same code judged the same rows; in any doubt all is judged anew. A cache that
    can't be read or written is none.
    """
    from harness.judge.history import judged_on, kept_of  # takes a second to import

    runs = index.runs()
    newest = max(runs, default="")
    path, made_by = index.beside / _FILE, _made_by()
    kept = _read(path)
    if kept is not None and not _holds(kept, made_by, index, runs):
        kept = None
    found = judged_on(kept, runs, series_of(runs, index.tracked(kept.until if kept else "")))
    if kept is None or kept.until != newest:
        _write(path, kept_of(found, runs, made_by, index.digest(newest)))
    return found.histories


def _holds(kept: Kept, made_by: str, index: Index, runs: Mapping[str, Run]) -> bool:
    """Whether the same code judged the same rows, and all other runs are later ones."""
    if kept.made_by != made_by or kept.rows != index.digest(kept.until):
        return False
    last = max((run.began for run in runs.values() if run.id <= kept.until), default="")
    return all(run.began > last for run in runs.values() if run.id > kept.until)


def _made_by() -> str:
    """A digest of all that judges."""
    package = Path(harness.__file__).parent
    digest = hashlib.sha256(repr([harness.__version__, *map(version, ("numpy", "scipy"))]).encode())
    for part in sorted([*(package / "judge").rglob("*.py"), *(package / "record").glob("*.py")]):
        digest.update(hashlib.sha256(part.read_bytes()).digest())
    return digest.hexdigest()


def _read(path: Path) -> Kept | None:
    from harness.judge.history import Kept

    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _write(path: Path, kept: Kept) -> None:
    with contextlib.suppress(OSError):
        hidden = hidden_beside(path)
        try:
            hidden.write_bytes(msgspec.msgpack.encode(kept))
            hidden.replace(path)
        finally:
            hidden.unlink(missing_ok=True)
