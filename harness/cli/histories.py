"""Histories of a store or a case: what was judged lies beside the index, and only new nights are judged."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import harness
from harness.record.history import History
from harness.record.index import Index
from harness.record.results import Run
from harness.record.series import Series, series_of
from harness.whole_file import hidden_beside

if TYPE_CHECKING:
    from harness.judge.history import Kept


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to judge: what was kept at `path`, and the series of all later nights. rows: digest of all rows."""

    path: Path
    made_by: str
    rows: str
    kept: Kept | None
    runs: Mapping[str, Run]
    later: list[Series]


def histories_in(index: Index, case: str | None = None) -> list[History]:
    """What is said of all series of a store, or of a case (its id in the suite)."""
    return told_of(known_in(index, case))


def known_in(index: Index, case: str | None = None) -> Known:
    """What an index knows of all series of a store, or of a case: it needn't be asked again.

    What was kept counts only if the same code judged the same rows; in any doubt all is judged anew. A cache that
    can't be read is none.
    """
    with _without_blas_threads():
        _postpone("numpy.f2py")
        import harness.judge.history  # noqa: F401

    runs = index.runs()
    cases = None if case is None else [case]
    path, made_by = index.beside / _file(case), _made_by()
    kept = _read(path)
    then, now = index.digests([kept.until if kept else "", max(runs, default="")], cases)
    if kept is not None and not _holds(kept, made_by, then, runs):
        kept = None
    later = series_of(runs, index.tracked(kept.until if kept else "", cases))
    return Known(path=path, made_by=made_by, rows=now, kept=kept, runs=runs, later=later)


def told_of(known: Known) -> list[History]:
    """What is said of series; it is kept, if the cache can be written. Two processes judge, where this has no threads:
    an index that is open has some.
    """
    from harness.judge.history import judged_on, kept_of
    from harness.sharing import shared

    found = judged_on(known.kept, known.runs, known.later, shared)
    if known.kept is None or known.kept.until != max(known.runs, default=""):
        _write(known.path, kept_of(found, known.runs, known.made_by, known.rows))
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


def _postpone(name: str) -> None:
    """Let a submodule be there, and be imported when it is used.

    SciPy takes all of NumPy's names, its compiler for Fortran among them, which takes as long as NumPy itself.
    """
    if name in sys.modules:
        return
    package, _, own = name.rpartition(".")
    within = importlib.import_module(package)
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    setattr(within, own, module)
    spec.loader.exec_module(module)


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
