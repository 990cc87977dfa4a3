"""Which trial comes next: rounds in which all that is compared gets its share, in random order, noise by noise."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

HARNESS = "harness"


class Kind(msgspec.Struct, frozen=True, order=True):
    """What a trial is one of. tool: the harness, or a peer by its name."""

    experiment: str
    noise: str
    tool: str = HARNESS


class Agenda:
    """What is wanted, and what is done.

    wanted: trials by kind. done: numbers of the trials by kind that are there already.
    """

    def __init__(self, wanted: Mapping[Kind, int], done: Mapping[Kind, Iterable[int]]) -> None:
        self._wanted = {kind: count for kind, count in wanted.items() if count}
        self._done = {kind: set(done.get(kind, ())) & set(range(self._wanted[kind])) for kind in self._wanted}

    def missing(self) -> Counter[Kind]:
        """How many trials of each kind are still to be made."""
        return Counter({kind: count - len(self._done[kind]) for kind, count in self._wanted.items()})

    def noise(self) -> str | None:
        """The noise of which the smallest share is done, None when nothing is missing."""
        missing = +self.missing()
        shares = {
            noise: self._count(missing, noise) / self._count(self._wanted, noise)
            for noise in dict.fromkeys(kind.noise for kind in self._wanted)
        }
        return max(shares, key=lambda noise: shares[noise]) if missing else None

    def round(self, noise: str) -> list[tuple[Kind, int]]:
        """The next trials beside this noise, as (kind, number): one round, in random order.

        Kinds with fewer trials take part in as many of the rounds as they have, evenly: what is compared meets the
        same hours. The order depends on the noise and the round alone.
        """
        kinds = [kind for kind in self._wanted if kind.noise == noise]
        rounds = max((self._wanted[kind] for kind in kinds), default=0)
        for index in range(rounds):
            due = [(kind, number) for kind in kinds for number in self._due(kind, index + 1, rounds)]
            if due:
                return random.Random(f"{noise} {index}").sample(due, len(due))
        return []

    def finish(self, kind: Kind, number: int) -> None:
        """A trial is done."""
        self._done[kind].add(number)

    def _due(self, kind: Kind, rounds_so_far: int, rounds: int) -> list[int]:
        count = self._wanted[kind] * rounds_so_far // rounds
        return [number for number in range(count) if number not in self._done[kind]]

    @staticmethod
    def _count(counts: Mapping[Kind, int], noise: str) -> int:
        return sum(count for kind, count in counts.items() if kind.noise == noise)
