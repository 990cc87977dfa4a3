"""What somebody may have meant who named something that isn't there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_NAMED = 8
NEAREST = 3


def did_you_mean(word: str, known: Iterable[str], behind: str = " ") -> str:
    """A question with the nearest of what is known, behind a blank or a line's end; empty if nothing is near."""
    close = get_close_matches(word, list(known), n=1)
    return f"{behind}Did you mean '{close[0]}'?" if close else ""


def what_there_is(word: str, known: Iterable[str]) -> str:
    """All that is known, and of many the nearest few, as a sentence behind a blank."""
    names = list(dict.fromkeys(known))
    if len(names) <= MOST_NAMED:
        return f" There is {', '.join(names)}."
    nearest = get_close_matches(word, names, n=NEAREST, cutoff=0.3) or names[:NEAREST]
    return f" There are {len(names)}; the nearest: {', '.join(nearest)}."
