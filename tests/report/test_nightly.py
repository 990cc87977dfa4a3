"""A night as it is told: the first lines are what a mail shows."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge.nights.making import CELLS, a_night, two_by_two
from strategies import any_of

from harness.judge.nights import Cell, Change, Culprit, What, blamed
from harness.record.schema import Anchor, Interval
from harness.report.nightly import Blame, NightReport, Side, Since, Told
from harness.report.nightly.sentences import headline
from harness.report.plain import to_text

ANCHOR = Anchor(
    number=1, commit="a" * 40, tag="v1.0", address="newest", lock_digest="ab" * 32, made="2026-11-01", why="a release"
)
SLOWER = Change(
    case="sums", variant="loop", what=What.SLOWER, ratio=1.3, interval=Interval(low=1.25, high=1.35, confidence=0.95),
    since="2026-11-03", fine="20261102T020000Z-0002",
)  # fmt: skip
OLD = Side(name="the night of 2026-11-02", commit="b" * 40, lock="cd" * 32)
NEW = Side(name="the night of 2026-11-03", commit="c" * 40, lock="ef" * 32)
MOVED = Since(
    night="the night of 2026-11-02", commit="b" * 40, commits=["abc1234 Faster"], packages={"numpy": ("2.3", "2.4")}
)


def told(**fields):
    usual = Told(
        date="2026-11-03", number=1, commit="c" * 40, lock="ef" * 32, unsolved="", anchors=[ANCHOR],
        record=a_night(3), since=None, changes=[], blame=None, moved=None, steps={}, damaged=[], broken=[],
        commands=[], code=0,
    )  # fmt: skip
    return msgspec.structs.replace(usual, **fields)


def printed(night):
    return to_text(NightReport(night), 100, plain=True)


def test_a_quiet_night_says_what_it_was_held_against():
    assert headline(told()) == ("Nothing is slower, and no answer is another one, in 1 test against anchor 1 (v1.0).")


def test_a_night_that_could_decide_nothing_does_not_say_that_all_is_well():
    assert headline(told(record=a_night(3, sd=0.5))).startswith("Nothing could be decided in 1 test against anchor 1")


def test_a_night_that_measured_nothing_says_so():
    assert headline(told(record=None, code=3)) == "The night of 2026-11-03 has not measured anything yet."


@pytest.mark.parametrize(
    ("fields", "since"),
    [
        ({}, "new tonight"),
        ({"since": "2026-11-01", "new": False}, "since the night of 2026-11-01"),
        ({"since": "2026-11-01"}, "told tonight for the first time (it may be there since 2026-11-01)"),
    ],
)
def test_a_slower_test_is_told_with_its_size_and_since_when(fields, since):
    change = msgspec.structs.replace(SLOWER, **fields)
    assert headline(told(changes=[change])) == (
        f"sums, loop takes 30 % more time than the anchor (25 to 35 %), {since}."
    )


@pytest.mark.parametrize(
    ("culprit", "words"),
    [
        (Culprit.CODE, "It is the code (abc1234 Faster, since the night of 2026-11-02)."),
        (Culprit.PACKAGES, "It is the packages (numpy 2.3 -> 2.4, since the night of 2026-11-02)."),
        (Culprit.NEITHER, "Neither code nor packages have moved: look at the machine"),
    ],
)
def test_whose_it_is_is_in_the_first_line_and_names_what_moved(culprit, words):
    blame = Blame(old=OLD, new=NEW, about=["sums, loop"], culprit=culprit)
    assert words in headline(told(changes=[SLOWER], blame=blame, moved=MOVED))


@pytest.mark.parametrize(
    ("culprit", "words"),
    [
        (Culprit.NEITHER, "Neither code nor packages have moved: it is Python (3.11.7 -> 3.12.1), or the machine."),
        (Culprit.CODE, "night of 2026-11-02). Python has moved, too (3.11.7 -> 3.12.1)."),
    ],
)
def test_another_interpreter_is_told_though_no_lock_holds_it(culprit, words):
    old, new = (msgspec.structs.replace(side, python=python) for side, python in ((OLD, "3.11.7"), (NEW, "3.12.1")))
    blame = Blame(old=old, new=new, about=["sums, loop"], culprit=culprit)
    assert words in headline(told(changes=[SLOWER], blame=blame, moved=MOVED))


def test_what_is_worst_is_first_and_how_many_more_there_are():
    answer = Change(case="work", variant="work", what=What.ANSWER, detail="answer: 2 against 1", since="2026-11-03")
    line = headline(told(changes=[answer, SLOWER]))
    assert line == "work, work gives another answer than the anchor (answer: 2 against 1), new tonight; 1 more below."


def test_a_2_x_2_is_a_table_with_both_simple_effects_and_the_interaction():
    test = blamed(two_by_two(1.0, 1.5), CELLS, {}, 0.02)
    text = printed(told(changes=[SLOWER], blame=Blame(old=OLD, new=NEW, about=["sums, loop"], run="r", tests=[test])))
    rows = [line for line in text.splitlines() if line.startswith(("code, ", "packages, ", "interaction", "code and"))]
    assert [row.split("  ")[0] for row in rows] == [
        "code, with the old packages", "code, with the new packages", "packages, with the old code",
        "packages, with the new code", "interaction", "code and packages",
    ]  # fmt: skip
    assert rows[2].endswith("slower")
    assert "- its time: packages" in text


def test_a_cell_that_could_not_be_had_is_told_with_its_reason():
    missing = {Cell.CODE: "its wheels are gone"}
    test = blamed(
        two_by_two(1.0, 1.5, without=[Cell.CODE]), {c: n for c, n in CELLS.items() if c is not Cell.CODE}, missing, 0.02
    )
    text = printed(told(blame=Blame(old=OLD, new=NEW, about=["sums, loop"], tests=[test], missing=missing)))
    assert "- new code, old packages was not measured: its wheels are gone" in text


def test_a_night_with_a_stale_lock_and_a_damaged_store_says_both_in_its_first_lines():
    text = printed(told(unsolved="no index is in reach", damaged=["records/x.json: truncated"], code=1))
    first = text.partition("run:")[0]
    assert "Measured with the committed lock, not with a fresh solve: no index is in reach" in first
    assert "Damaged in the store, and left out: records/x.json: truncated" in first


def test_commands_stand_in_lines_of_their_own():
    text = printed(told(commands=[("which package it is", "harness bisect --good a --bad b")]))
    assert "\n# which package it is\nharness bisect --good a --bad b\n" in text


def test_what_moved_since_the_night_before_is_listed():
    since = Since(
        night="2026-11-02",
        commit="b",
        commits=["abc1234 One"],
        more_commits=3,
        packages={"new": (None, "1"), "old": ("2", None)},
    )
    text = printed(told(since=since))
    assert "- commit abc1234 One\n- and 3 more commits\n- packages: new 1 is new, old 2 is gone\n" in text


@given(st.lists(any_of(Change), max_size=3))
def test_whatever_has_changed_can_be_printed(changes):
    assert "\x1b" not in printed(told(changes=changes, record=None))
