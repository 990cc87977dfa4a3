"""Records of a store by their ids, for the process that builds a site and those that help it."""

from __future__ import annotations

from functools import cache, lru_cache

from harness.failure import HarnessError
from harness.record import Store
from harness.record.document import from_bytes
from harness.record.schema import Record

_KEPT = 8  # the newest record is looked at by the pages of many cases


@lru_cache(_KEPT)
def read(address: str, run: str) -> Record:
    """The record of just this id in a store: nothing is looked for. Raises HarnessError."""
    store = _store(address)
    record = from_bytes(store.content(run), str(store.path_of(run)))
    if record.id != run:
        raise HarnessError(f"{store.path_of(run)}: damaged: the file is named {run}, and says that it is {record.id}.")
    return record


@cache
def _store(address: str) -> Store:
    return Store(address)
