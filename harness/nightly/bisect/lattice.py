"""Changes, and what each of them needs: which sets of them can be taken at all, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import TopologicalSorter

import numpy as np

Taken = frozenset[str]


class Lattice:
    """The sets of changes that are closed: with each change they hold all that it needs.

    Both ends are closed (nothing, and everything), and so are unions and intersections of closed sets. That is what
    lets one search along a line of them: every step adds changes to those before.
    """

    def __init__(self, needs: Mapping[str, Collection[str]]) -> None:
        """needs: by change, those that have to be taken with it; all of them are keys too."""
        self._needs = {name: frozenset(needs[name]) for name in sorted(needs)}
        self._needed_by: dict[str, set[str]] = {name: set() for name in self._needs}
        for name, needed in self._needs.items():
            for each in needed:
                self._needed_by[each].add(name)
        self.groups = _groups(self._needs)
        self.everything: Taken = frozenset(self._needs)

    def closure(self, some: Iterable[str]) -> Taken:
        """These changes with all that they need."""
        return _reached(some, self._needs)

    def followers(self, some: Iterable[str]) -> Taken:
        """These changes with all that need them: what goes when they go."""
        return _reached(some, self._needed_by)


def _groups(needs: Mapping[str, Taken]) -> tuple[Taken, ...]:
    """Changes that only move together, each group after all that it needs.

    They are the strongly connected components of "needs".
    """
    if not needs:
        return ()
    label = _components(needs)
    members: dict[int, set[str]] = {}
    wanted: dict[int, set[int]] = {}
    for name, needed in needs.items():
        members.setdefault(label[name], set()).add(name)
        wanted.setdefault(label[name], set()).update(label[each] for each in needed if label[each] != label[name])
    return tuple(frozenset(members[group]) for group in TopologicalSorter(wanted).static_order())


def _components(needs: Mapping[str, Taken]) -> dict[str, int]:
    """Numbers that are equal for those that need each other, by way of others too."""
    from scipy import sparse  # loaded where it is needed: no other command should wait for it

    number = {name: index for index, name in enumerate(needs)}
    pairs = [(number[name], number[each]) for name, needed in needs.items() for each in needed]
    edges = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = sparse.coo_matrix((np.ones(len(pairs)), (edges[0], edges[1])), shape=(len(needs), len(needs)))
    _, labels = sparse.csgraph.connected_components(graph, directed=True, connection="strong")
    return {name: int(labels[index]) for name, index in number.items()}


def _reached(some: Iterable[str], onward: Mapping[str, Collection[str]]) -> Taken:
    found: set[str] = set()
    coming = list(some)
    while coming:
        name = coming.pop()
        if name not in found:
            found.add(name)
            coming.extend(onward[name])
    return frozenset(found)
