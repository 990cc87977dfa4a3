"""What may be taken out of a store, and what not because something else needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import datetime

from harness.record.index import Index, Needs
from harness.record.schema import Anchor, Value
from harness.record.store import Store


class Wish(Value, frozen=True, kw_only=True):
    """Which records are to go: those that fit all that is asked. None: not asked.

    keep_last: all but so many, the newest. before: those that began before this moment (with its time zone). locks:
    also the locks that nothing names then.
    """

    keep_last: int | None = None
    before: datetime | None = None
    locks: bool = False


class Prune(Value, frozen=True, kw_only=True):
    """What goes: ids of records, digests of locks. kept: what was asked for and stays, with the reason."""

    records: list[str]
    locks: list[str]
    kept: dict[str, str]


def plan_prune(wish: Wish, index: Index, store: Store) -> Prune:
    """What goes by a wish; nothing is removed. Raises HarnessError if the store can't be read."""
    locks = store.lock_digests() if wish.locks else []
    return chosen(wish, index.needs(), store.anchors(), locks, damaged=bool(index.damaged))


def chosen(wish: Wish, needs: Needs, anchors: Iterable[Anchor], locks: Iterable[str], damaged: bool) -> Prune:
    """The same from plain values. damaged: whether there are records that can't be asked for what they need."""
    wanted = _wanted(wish, needs.began)
    kept: dict[str, str] = {}
    # A record that stays keeps the one that it was made to reproduce, which may keep another.
    while needed := _needed(wanted - kept.keys(), needs):
        kept |= needed
    going = wanted - kept.keys()
    named = {digest for run, digests in needs.locks.items() if run not in going for digest in digests}
    named |= {anchor.lock_digest for anchor in anchors}
    unnamed = sorted(set(locks) - named)
    if damaged and unnamed:
        kept |= dict.fromkeys(unnamed, "a damaged record may name it: `harness store check`")
        unnamed = []
    return Prune(records=sorted(going), locks=unnamed, kept=kept)


def prune(prune: Prune, store: Store) -> None:
    """Remove it, the records first: a lock that nothing names any more does no harm. Raises HarnessError, OSError."""
    for run in prune.records:
        store.place.remove(f"records/{run}.json")
    for digest in prune.locks:
        store.place.remove(f"locks/{digest}.txt")


def _wanted(wish: Wish, began: Mapping[str, str]) -> set[str]:
    if wish.keep_last is None and wish.before is None:
        return set()
    by_age = sorted(began, key=lambda run: (_moment(began[run]), run))
    old = by_age[: max(0, len(by_age) - wish.keep_last)] if wish.keep_last is not None else by_age
    return {run for run in old if wish.before is None or _moment(began[run]) < wish.before.timestamp()}


def _needed(going: Set[str], needs: Needs) -> dict[str, str]:
    return {
        other: f"{run} was made to reproduce it"
        for run, other in needs.reproduces.items()
        if run not in going and other in going
    }


def _moment(began: str) -> float:
    """Seconds since 1970; of a moment that can't be read as if it were now, so that nothing is lost for it."""
    try:
        return datetime.fromisoformat(began).timestamp()
    except ValueError:
        return float("inf")
