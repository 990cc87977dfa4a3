"""A release as the user names it: a date, an anchor's tag, or whatever git knows in this folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from harness.failure import HarnessError
from harness.machine.git import git
from harness.record.schema import Anchor
from harness.report.site import Release

_DAY = len("2026-11-22")


def release_of(named: str | None, anchors: Sequence[Anchor], today: str) -> Release | None:
    """The release that is named, or the newest anchor where none is; None if there is neither.

    Raises HarnessError for a name that nobody knows, and for a day that is yet to come. today: in UTC, as 2026-11-22.
    """
    if named is None:
        return _anchor(anchors[-1]) if anchors else None
    anchor = next((each for each in reversed(anchors) if named in {each.tag, str(each.number)}), None)
    if anchor is not None:
        return _anchor(anchor)
    day = _day(named) or _day_of_commit(named)
    if day is None:
        raise HarnessError(
            f"--release {named}: neither a date (2026-11-22), nor an anchor's tag, nor a tag or commit of the git "
            "repository here."
        )
    if day > _tomorrow(today):
        raise HarnessError(f"--release {named}: that is {day}, which is yet to come; nothing changed since then.")
    return Release(named, day)


def _anchor(anchor: Anchor) -> Release:
    return Release(f"anchor {anchor.tag or anchor.number}", anchor.made[:_DAY])


def _tomorrow(today: str) -> str:
    """A commit's day is its author's, where it may be tomorrow already."""
    return str(date.fromisoformat(today) + timedelta(days=1))


def _day(named: str) -> str | None:
    try:
        return str(date.fromisoformat(named))
    except ValueError:
        return None


def _day_of_commit(named: str) -> str | None:
    try:
        asked = git(Path.cwd(), "log", "-1", "--format=%cs", "--end-of-options", f"{named}^{{commit}}", "--")
    except (OSError, ValueError):
        return None
    return _day(asked.stdout.decode("utf-8", "replace").strip()) if asked.returncode == 0 else None
