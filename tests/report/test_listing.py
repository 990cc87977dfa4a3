from pathlib import Path

from builders import RUN_ID, make_record

from harness.record import Damaged, Store, summarize
from harness.record.schema import Verification
from harness.report.listing import StoreList
from harness.report.plain import to_text


def text_of(*records, damaged=()):
    return to_text(StoreList([summarize(record) for record in records], damaged), 80, True)


def test_the_list_shows_when_where_and_what_came_out():
    drifted = make_record(run="20261123T150312Z-0000", scale="quick", verification=Verification(state="drifted"))
    text = text_of(make_record(), drifted)
    assert "7f3a  2026-11-22 15:03  lecture  subject@wheels      2    6/2/0       1        0" in text
    assert "DRIFTED" in text


def test_ids_with_the_same_suffix_are_shown_whole():
    assert RUN_ID in text_of(make_record(), make_record(run="20261123T150312Z-7f3a"))


def test_the_list_keeps_to_80_columns():
    assert max(map(len, text_of(make_record()).splitlines())) <= 80


def test_a_damaged_file_is_named_below():
    text = " ".join(text_of(make_record(), damaged=[Damaged(path=Path("r/x.json"), why="truncated: ...")]).split())
    assert "not read: r/x.json: truncated" in text


def test_an_empty_store_says_how_to_fill_it(tmp_path):
    assert "harness run" in to_text(StoreList(*Store(tmp_path).summaries()), 80, True)
