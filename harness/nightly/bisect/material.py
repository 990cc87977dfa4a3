"""What is bisected: changes between two ends, and how a mix of them is made ready to be measured."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from harness.conduct import Site, settle
from harness.environment import Address, Realized, parse_code_address, realize, remove
from harness.environment.locks.wheel_lock import lock_digest
from harness.environment.mixtures import Mixture
from harness.failure import HarnessError
from harness.nightly.bisect.commits import Commit
from harness.nightly.bisect.lattice import Lattice, Taken
from harness.record.bisection import Change

Say = Callable[[str], None]
_SHORT = 12


class Material(Protocol):
    """lattice: the changes, and what needs what."""

    lattice: Lattice

    def name(self, taken: Taken) -> str:
        """What the site of a mix is called: the same whenever it is asked, and no other is."""

    def site(self, taken: Taken) -> Site:
        """A mix, ready to be measured; made if need be. Raises HarnessError where it can't be had."""

    def end(self, taken: Taken) -> str:
        """How a mix that was measured can be named as an end of another bisection."""

    def change(self, name: str) -> Change:
        """A change, as it is told."""

    def clear(self) -> None:
        """Remove the mixes that were made for this bisection alone."""


class Packages:
    """Packages that differ between two locks. room: a folder for the locks of mixes. folder: of the measured code."""

    def __init__(self, mixture: Mixture, ends: tuple[Realized, Realized], folder: Path, room: Path, say: Say) -> None:
        self.lattice = Lattice(mixture.needs)
        self._mixture = mixture
        self._ends = {frozenset[str](): ends[0], self.lattice.everything: ends[1]}
        self._folder = folder
        self._room = room
        self._say = say
        self._made: dict[Taken, Realized] = {}

    def name(self, taken: Taken) -> str:
        return self._ends[taken].address if taken in self._ends else self._address(taken).text

    def site(self, taken: Taken) -> Site:
        if taken in self._ends:
            return Site(realized=self._ends[taken], folder=self._folder)
        if taken not in self._made:
            self._made[taken] = realize(self._address(taken), self._say)
        return Site(realized=self._made[taken], folder=self._folder)

    def end(self, taken: Taken) -> str:
        return lock_digest(self._mixture.text(taken))[:_SHORT]

    def change(self, name: str) -> Change:
        versions = self._mixture.changes[name]
        return Change(name=name, good=versions.good, bad=versions.bad)

    def clear(self) -> None:
        for realized in self._made.values():
            with contextlib.suppress(HarnessError):
                remove(realized)

    def _address(self, taken: Taken) -> Address:
        return self._mixture.address(taken, self._room)


class Commits:
    """The commits of a line, each of which needs all before it. environment: an address, in which all of them run."""

    def __init__(self, commits: Sequence[Commit], environment: str, folder: Path, say: Say) -> None:
        """commits: the good end first, then all after it up to the bad end."""
        self._commits = {commit.id: commit for commit in commits}
        self._order = [commit.id for commit in commits]
        self.lattice = Lattice(
            {commit: frozenset(self._order[number : number + 1]) - {self._order[0]}
             for number, commit in enumerate(self._order[1:])}
        )  # fmt: skip
        self._environment = environment
        self._folder = folder
        self._say = say

    def name(self, taken: Taken) -> str:
        return f"{self._environment}:{self._order[len(taken)][:_SHORT]}"

    def site(self, taken: Taken) -> Site:
        commit = self._order[len(taken)]
        return settle(parse_code_address(self.name(taken), self._folder), self._folder, self._say, commit)

    def end(self, taken: Taken) -> str:
        return self._order[len(taken)][:_SHORT]

    def change(self, name: str) -> Change:
        return Change(name=name[:_SHORT], bad=self._commits[name].title)

    def clear(self) -> None:
        """Checkouts are kept: the next bisection may want them, and they go when nobody asks for them for a month."""
