"""What a night says: today against its newest anchor, what is other than it was and since when, and whose it is."""

from harness.judge.nights.culprit import Blamed, Culprit, blamed
from harness.judge.nights.factorial import Cell, Effect, Found, factorial
from harness.judge.nights.newest import against_newest, judged_tonight, rows_tonight
from harness.judge.nights.tonight import Change, What, changes_tonight, lost_tests

__all__ = [
    "Blamed",
    "Cell",
    "Change",
    "Culprit",
    "Effect",
    "Found",
    "What",
    "against_newest",
    "blamed",
    "changes_tonight",
    "factorial",
    "judged_tonight",
    "lost_tests",
    "rows_tonight",
]
