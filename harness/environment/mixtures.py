"""Two locks of one kind, and all the mixes of them that solve."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from harness.environment.address import Address, Kind
from harness.environment.backends.interpreter import ask
from harness.environment.backends.requirements import stated_requirements
from harness.environment.locks.mixing import End, Fits, differing, mixed, needs_of
from harness.environment.locks.wheel_lock import check, lock_digest, read_text
from harness.environment.locks.wheel_mixing import same_wheel, wheel_end, wheel_fits, wheel_text
from harness.environment.realized import Realized

Item = TypeVar("Item")


class Versions(msgspec.Struct, frozen=True):
    """Of a package, in the good and in the bad lock; None where it isn't in there."""

    good: str | None
    bad: str | None


class Mixture(msgspec.Struct, frozen=True, kw_only=True):
    """changes: by name, the packages that differ on this machine. needs: by name, those that have to come along.

    text: the lock of a mix, by the names of the packages that are as in the bad lock.
    """

    kind: Kind
    changes: dict[str, Versions]
    needs: dict[str, frozenset[str]]
    text: Callable[[Collection[str]], str]

    def address(self, taken: Collection[str], folder: Path) -> Address:
        """A mix as it is made from its lock, which is written into a folder. It is named for its content."""
        text = self.text(taken)
        name = f"mix-{lock_digest(text)[:8]}"
        lock = folder / f"{name}{'.yml' if self.kind is Kind.CONDA else '.txt'}"
        lock.write_text(text, encoding="utf-8")
        return Address(text=name, kind=self.kind, name=name, lock=str(lock))


def mixture(good: Realized, bad: Realized) -> Mixture:
    """The mixes of two environments that were made from locks of one kind: of wheels, or of conda packages.

    What wheels need is asked of the environments, where they lie with all that they state; a conda lock has it itself.
    Raises HarnessError.
    """
    if good.kind is Kind.CONDA:
        return _of_conda(str(good.lock_path), str(bad.lock_path))
    ends = [
        wheel_end(
            read_text(str(each.lock_path)),
            str(each.lock_path),
            stated_requirements(each.python),
            ask(each.python).markers,
        )
        for each in (good, bad)
    ]
    rules = _Rules(same=same_wheel, fits=wheel_fits, version=lambda pin: pin.version, text=wheel_text)
    return _mixture(Kind.WHEELS, ends[0], ends[1], rules)


def check_lock(text: str, kind: Kind, where: str) -> None:
    """Raise HarnessError, with the line, for a lock that can't be read, or holds nothing."""
    if kind is Kind.CONDA:
        from harness.environment.locks.conda_lock import read_conda_lock

        read_conda_lock(text, where)
        return
    check(text, where)


class _Rules(msgspec.Struct, Generic[Item], frozen=True, kw_only=True):
    """How packages of a kind are compared and written."""

    same: Callable[[Item, Item], bool]
    fits: Fits[Item]
    version: Callable[[Item], str]
    text: Callable[[list[Item]], str]


def _of_conda(good: str, bad: str) -> Mixture:
    # Rattler takes long to import.
    from harness.environment.backends.this_machine import packages_for_here, platform
    from harness.environment.locks.conda_lock import CondaPackage, read_conda_lock
    from harness.environment.locks.conda_mixing import conda_end, conda_fits, conda_text, same_archive

    locks = [read_conda_lock(read_text(where), where) for where in (good, bad)]
    ends = [conda_end(packages_for_here(lock, where)) for lock, where in zip(locks, (good, bad), strict=True)]

    def text(packages: list[CondaPackage]) -> str:
        return conda_text(packages, locks[0], locks[1], platform())

    rules = _Rules(
        same=same_archive, fits=conda_fits, version=lambda each: f"{each.version} {each.build}".strip(), text=text
    )
    return _mixture(Kind.CONDA, ends[0], ends[1], rules)


def _mixture(kind: Kind, good: End[Item], bad: End[Item], rules: _Rules[Item]) -> Mixture:
    names = differing(good, bad, rules.same)

    def version(end: End[Item], name: str) -> str | None:
        item = end.items.get(name)
        return None if item is None else rules.version(item)

    return Mixture(
        kind=kind,
        changes={name: Versions(version(good, name), version(bad, name)) for name in names},
        needs=needs_of(good, bad, frozenset(names), rules.fits),
        text=lambda taken: rules.text(mixed(good, bad, taken)),
    )
