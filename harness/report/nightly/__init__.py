"""A night as it is told: first what is other, since when and why, and what to type next; then the tables."""

from harness.report.nightly.report import NightReport
from harness.report.nightly.told import Blame, Side, Since, Told

__all__ = ["Blame", "NightReport", "Side", "Since", "Told"]
