"""Where the measured code runs: an environment, and the folder that the code lies in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from harness.conduct.checkout import Checkout, checkout
from harness.environment import Address, Realized, realize
from harness.failure import HarnessError


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """folder: where probes are started. revision, checkout: of the code, where the address named one."""

    realized: Realized
    folder: Path
    revision: str | None = None
    checkout: Checkout | None = None

    @property
    def address(self) -> str:
        """As the user named it."""
        return self.realized.address

    def paths(self, paths: Sequence[str]) -> list[str]:
        """The suites' paths as they are at this site. Raises HarnessError for one that lies outside of its code."""
        return [_at(self.checkout, self.folder, path) for path in paths]


def settle(address: Address, folder: Path, progress: Callable[[str], None], commit: str | None = None) -> Site:
    """Have the code of an address checked out, if it names a revision, and its environment made.

    folder: where the user stands. commit: what the revision meant before, for a run that goes on.
    """
    if address.revision is None:
        return Site(realized=realize(address, progress), folder=folder)
    made = checkout(folder, commit or address.revision)
    realized = realize(address, progress)
    return Site(realized=realized, folder=made.folder, revision=address.revision, checkout=made)


def _at(made: Checkout | None, folder: Path, path: str) -> str:
    if made is None:
        return path
    file, colons, test = path.partition("::")
    # Relative paths mean the same at both places, as long as they stay within the repository.
    own = Path(file) if Path(file).is_absolute() else made.original / folder.relative_to(made.top) / file
    try:
        inside = own.resolve().relative_to(made.original)
    except ValueError as error:
        raise HarnessError(
            f"{path}: this lies outside of the repository {made.original}, so no revision of it says what to measure."
        ) from error
    return f"{made.top / inside}{colons}{test}" if Path(file).is_absolute() else path
