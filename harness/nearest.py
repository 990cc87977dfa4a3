"""What somebody may have meant who named something that isn't there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str], behind: str = " ") -> str:
    """A question with the nearest of what is known, behind a blank or a line's end; empty if nothing is near."""
    close = get_close_matches(word, list(known), n=1)
    return f"{behind}Did you mean '{close[0]}'?" if close else ""
