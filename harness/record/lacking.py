"""A test that one environment of a run has and another doesn't, in words and back."""

from __future__ import annotations

from typing import NamedTuple

_WORDS = ": there is no such test in "


class Lacking(NamedTuple):
    """case, variant: as in the suite. address: of the environment that doesn't have the test."""

    case: str
    variant: str
    address: str

    def __str__(self) -> str:
        return f"{self.case}, {self.variant}{_WORDS}{self.address}"


def read_lacking(text: str) -> Lacking | None:
    """What was written so; None for any other text."""
    test, found, address = text.rpartition(_WORDS)
    case, comma, variant = test.rpartition(", ")
    return Lacking(case, variant, address) if found and comma else None
