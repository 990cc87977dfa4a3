"""Where the measured code runs: an environment, and the folder that the code lies in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from harness.conduct.checkout import Checkout, NoRepository, checkout
from harness.environment import Address, Realized, realize
from harness.failure import HarnessError


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """folder: where probes are started. revision: of the code, where the address named one.

    checkout: where the code isn't the user's own working tree; nothing may be imported from that then.
    """

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
        return [self.checkout.at(path) for path in paths] if self.checkout else list(paths)


class SiteFault(HarnessError):
    """One site of several can't be measured: its address is told in front. why: the rest."""

    def __init__(self, site: Site, why: str) -> None:
        super().__init__(f"{site.address}: {why}")
        self.site = site
        self.why = why


@contextlib.contextmanager
def faults_at(site: Site) -> Iterator[None]:
    """Say whose fault it is what is raised."""
    try:
        yield
    except HarnessError as error:
        # What has the address in front already needn't say it twice.
        raise SiteFault(site, str(error).removeprefix(f"{site.address}: ")) from error


def settle(address: Address, folder: Path, progress: Callable[[str], None], commit: str | None = None) -> Site:
    """Have the code of an address checked out, if it names a revision, and its environment made.

    folder: where the user stands. commit: what the revision meant before, for a run that goes on.
    """
    if address.revision is None:
        return Site(realized=realize(address, progress), folder=folder)
    try:
        made = checkout(folder, commit or address.revision)
    except NoRepository as fault:
        way_out = f"Or leave ':{address.revision}' away, to measure the code as it lies here."
        raise HarnessError(f"{fault} {way_out}") from fault
    realized = realize(address, progress)
    return Site(realized=realized, folder=made.folder, revision=address.revision, checkout=made)
