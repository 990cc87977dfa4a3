"""Which changes make the difference: delta debugging over sets of changes that can be taken together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from harness.nightly.bisect.lattice import Lattice, Taken
from harness.nightly.bisect.line import first_bad
from harness.nightly.bisect.purse import Purse
from harness.record.bisection import Side

CUTS = 3


class Oracle(Protocol):
    """Tells which end each of some mixes on a line resembles.

    Those that don't matter beside what it tells of the others may be left out (`that_matter`).
    beside: mixes to be measured in the same run, if it comes to one. purse: what wrong decisions may cost.
    """

    def __call__(self, wanted: Sequence[Taken], beside: Sequence[Taken], purse: Purse) -> Mapping[Taken, Side]: ...


class Found(msgspec.Struct, frozen=True):
    """parts: changes that make the difference together, each part several of them where they can't be told apart.

    held: the parts with all that they need. sure: whether they alone were found to make it.
    """

    parts: tuple[Taken, ...]
    held: Taken
    sure: bool

    @property
    def culprits(self) -> Taken:
        """All changes of all parts."""
        return frozenset[str]().union(*self.parts)


def search(lattice: Lattice, ask: Oracle, alpha: float, cuts: int = CUTS) -> Found:
    """Find a minimal set of changes whose taking makes the difference, as everything taken does.

    The changes are laid on a line, each after what it needs, so that every beginning of the line is a mix that solves.
    The first beginning with the difference ends in a change that is part of it. That one is held from then on, and the
    beginnings of what lies before it are asked again, until what is held makes the difference alone. Where the
    difference is there if and only if certain changes are taken, and the oracle doesn't err, it gives these, without
    such as come along anyway with others of them; with one of them it asks log(changes), with two twice as often.
    alpha: the probability that any answer is wrong; half of it is for the first round, a quarter for the second, ...
    Sources: Zeller (1999), Yesterday, my program worked. Today, it does not. Why? (section 3: "interference", one part
    held while the other is searched); Zeller and Hildebrandt (2002), Simplifying and isolating failure-inducing input,
    IEEE Transactions on Software Engineering 28(2) (minimal sets; unresolved mixes).
    """
    held: Taken = frozenset()
    parts: list[Taken] = []
    groups: Sequence[Taken] = lattice.groups
    while True:
        purse = Purse(alpha / 2 ** (len(parts) + 1), decisions(len(groups), cuts))
        if not parts:
            purse.take()  # the first decision was that the ends differ at all
        else:
            side = ask([held], surroundings(lattice, parts, held), purse)[held]
            if side is not Side.GOOD or not groups:
                return Found(tuple(parts), held, side is Side.BAD)
        part, groups = _last_part(groups, held, ask, purse, cuts)
        parts.append(part)
        held |= lattice.closure(part)
        groups = [each for each in groups if not each <= held]


def decisions(groups: int, cuts: int = CUTS) -> int:
    """How many decisions a round takes, if every mix can be told: one on its beginning, and those along the line."""
    return 1 + cuts * math.ceil(math.log(max(groups, 1), cuts + 1))


def surroundings(lattice: Lattice, parts: Sequence[Taken], held: Taken) -> list[Taken]:
    """The mixes that tell what the parts do: each part alone, and all together, in good and in bad surroundings."""
    culprits = frozenset[str]().union(*parts)
    following = lattice.followers(culprits)
    alone = [(held - culprits) | part for part in parts] if len(parts) > 1 else []
    return [
        held - culprits,
        *alone,
        lattice.everything - following,
        lattice.everything - (following - culprits),
    ]


def _last_part(
    groups: Sequence[Taken], held: Taken, ask: Oracle, purse: Purse, cuts: int
) -> tuple[Taken, Sequence[Taken]]:
    """The group with which, on top of what is held, the difference comes in; and those before it."""

    def mix(position: int) -> Taken:
        return held.union(*groups[:position])

    def sides(positions: Sequence[int]) -> dict[int, Side]:
        told = ask([mix(each) for each in positions], [], purse)
        return {each: told[mix(each)] for each in positions if mix(each) in told}

    place = first_bad(len(groups), sides, cuts)
    return frozenset[str]().union(*groups[place.low : place.high]), groups[: place.low]
