"""Histories of a store or a case: what was judged lies beside the index, and only new nights are judged."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
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


def histories_in(index: Index, case: str | None = None) -> list[History]:
    """What is said of all series of a store, or of a case (its id in the suite).

    What was kept counts only if the same code judged the same rows; in any doubt all is judged anew. A cache that
    can't be read or written is none.
    """
    with _without_blas_threads():
        from harness.judge.history import judged_on, kept_of

    runs = index.runs()
    newest = max(runs, default="")
    cases = None if case is None else [case]
    path, made_by = index.beside / _file(case), _made_by()
    kept = _read(path)
    then, now = index.digests([kept.until if kept else "", newest], cases)
    if kept is not None and not _holds(kept, made_by, then, runs):
        kept = None
    found = judged_on(kept, runs, series_of(runs, index.tracked(kept.until if kept else "", cases)))
    if kept is None or kept.until != newest:
        _write(path, kept_of(found, runs, made_by, now))
    return found.histories


@contextlib.contextmanager
def _without_blas_threads() -> Iterator[None]:
    """For the time in which NumPy is imported, which reads this once: histories need no matrices, and threads for them
    would take longer to start than many a series to judge.
    """
    asked = "OPENBLAS_NUM_THREADS" in os.environ
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        yield
    finally:
        if not asked:
            del os.environ["OPENBLAS_NUM_THREADS"]


def _file(case: str | None) -> str:
    """A case's own is read many times faster than that of a store with many."""
    return "histories.msgpack" if case is None else f"history-{hashlib.sha256(case.encode()).hexdigest()[:16]}.msgpack"


def _holds(kept: Kept, made_by: str, rows: str, runs: Mapping[str, Run]) -> bool:
    """Whether the same code judged the same rows, and all other runs are later ones."""
    if kept.made_by != made_by or kept.rows != rows:
        return False
    last = max((run.began for run in runs.values() if run.id <= kept.until), default="")
    return all(run.began > last for run in runs.values() if run.id > kept.until)


def _made_by() -> str:
    """A digest of all that judges."""
    import numpy as np
    import scipy

    package = Path(harness.__file__).parent
    digest = hashlib.sha256(repr([harness.__version__, np.__version__, scipy.__version__]).encode())
    judging, rows = package / "judge", package / "record"
    for part in sorted([*judging.rglob("*.py"), *rows.glob("*.py"), *(rows / "index").glob("*.py")]):
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
