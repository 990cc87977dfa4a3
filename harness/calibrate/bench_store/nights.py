"""What a store's records say of each night: what another tool would have kept of it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.record.index import Index
from harness.record.schema import Value


class Night(Value, frozen=True, kw_only=True):
    """times: of each case, the median time of each variant, in seconds."""

    began: str
    commit: str
    times: dict[str, dict[str, float]]


def nights_of(index: Index) -> Iterator[Night]:
    """The nights of a store, oldest first."""
    times: dict[str, dict[str, dict[str, float]]] = {}
    rows = index.ask('SELECT run, "case", variant, median_s FROM results ORDER BY run, place').rows
    for run, case, variant, median_s in rows:
        times.setdefault(run, {}).setdefault(case, {})[variant] = median_s
    for run, began, commit in index.ask("SELECT id, began, commit FROM runs ORDER BY id").rows:
        yield Night(began=began, commit=commit, times=times[run])
