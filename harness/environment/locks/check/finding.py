"""One inconsistency between what is declared and what is locked."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """place: file, or file:line:column, of what is to be changed or was declared. lock: the file that isn't in line.

    where: the platforms (and Pythons) it holds for, empty if there is nothing to tell apart. problem: a clause.
    """

    place: str
    lock: str
    where: str = ""
    problem: str

    def __str__(self) -> str:
        """One line."""
        lock = "" if self.place.partition(":")[0] == self.lock else self.lock
        parts = [self.place, lock, self.where, self.problem]
        return ": ".join(part for part in parts if part)


def together(some: Sequence[str], all_platforms: Sequence[str]) -> str:
    """Platforms in words; empty if it is all of several."""
    return "" if len(all_platforms) > 1 and set(some) == set(all_platforms) else ", ".join(some)
