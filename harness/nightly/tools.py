"""What the steps of a night work with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.nightly.runs import Desk
from harness.nightly.sites import Workshop
from harness.record import Store


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What a night works with, and how the user wants its steps done.

    named: the store as the user named it. room: a private folder that goes when the steps are done. channels: in place
    of the declared ones. mirror: a folder with the archives of anchors' locks. publish: writes the site and says where
    it is; None leaves it. first: why HEAD shall be the first anchor where there is none; None refuses.
    """

    desk: Desk
    say: Callable[[str], None]
    named: str
    room: Path
    channels: tuple[str, ...] = ()
    mirror: Path | None = None
    publish: Callable[[], str] | None = None
    first: str | None = None

    @property
    def store(self) -> Store:
        """The store of the night."""
        return self.desk.store

    @property
    def folder(self) -> Path:
        """Where the user stands."""
        return self.desk.folder

    def shop(self, mirror: Path | None = None) -> Workshop:
        """Where sites are made."""
        return Workshop(folder=self.folder, room=self.room, say=self.say, mirror=mirror)
