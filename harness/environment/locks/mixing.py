"""Mixes of two locks: some packages as one lock has them, and the others as the other one does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

Item = TypeVar("Item")
Needed = tuple[str, str]  # a package, and a specification of it in the words of its kind
Fits = Callable[[Item, str], bool]


class End(msgspec.Struct, Generic[Item], frozen=True):
    """One of the two locks, as it is for this machine. items: by name. needs: what each package needs of others."""

    items: Mapping[str, Item]
    needs: Mapping[str, Sequence[Needed]]


def differing(good: End[Item], bad: End[Item], same: Callable[[Item, Item], bool]) -> list[str]:
    """The names of the packages that differ, sorted; such as only one of the two has among them."""
    names = sorted(good.items.keys() | bad.items.keys())
    return [name for name in names if not _is_same(good.items.get(name), bad.items.get(name), same)]


def needs_of(good: End[Item], bad: End[Item], changed: Collection[str], fits: Fits[Item]) -> dict[str, frozenset[str]]:
    """For each package that differs, which others have to be taken from the bad end if it is.

    Both ends satisfy what their packages need. So in a mix of them a package can lack only another one that differs and
    was taken from the other end; and all that keeps a mix from solving are statements about two packages: what comes
    from bad needs another one from bad, or what comes from good another one from good, which is the same the other way
    round. A mix that is closed under them satisfies all of its packages.
    """
    needs: dict[str, set[str]] = {name: set() for name in changed}
    for name, other in _unmet(bad, good, needs.keys(), fits):
        needs[name].add(other)
    for name, other in _unmet(good, bad, needs.keys(), fits):
        needs[other].add(name)
    return {name: frozenset(others) for name, others in needs.items()}


def mixed(good: End[Item], bad: End[Item], taken: Collection[str]) -> list[Item]:
    """The packages of a mix, by name. taken: the names of those that are as in the bad end, or not there as there."""
    names = sorted(good.items.keys() | bad.items.keys())
    found = ((bad if name in taken else good).items.get(name) for name in names)
    return [item for item in found if item is not None]


def _unmet(one: End[Item], other: End[Item], changed: Collection[str], fits: Fits[Item]) -> Iterator[tuple[str, str]]:
    """Pairs of changed packages, of which the first, from one end, isn't content with the second from the other."""
    for name in changed:
        for needed, spec in one.needs.get(name, ()):
            if needed == name or needed not in changed:
                continue
            own, theirs = one.items.get(needed), other.items.get(needed)
            # What isn't satisfied by its own lock either is no reason for anything.
            if own is not None and fits(own, spec) and (theirs is None or not fits(theirs, spec)):
                yield name, needed


def _is_same(one: Item | None, other: Item | None, same: Callable[[Item, Item], bool]) -> bool:
    return one is not None and other is not None and same(one, other)
