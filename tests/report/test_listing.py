from pathlib import Path

import msgspec
from builders import RUN_ID, make_record

from harness.record import Damaged, summarize
from harness.record.schema import Verification
from harness.report.listing import StoreList
from harness.report.plain import to_text


def environment(address):
    return msgspec.structs.replace(make_record().environment, address=address)


def text_of(*records, damaged=()):
    return to_text(StoreList([summarize(record) for record in records], damaged), 80, True)


def test_the_list_shows_when_where_and_what_came_out():
    drifted = make_record(run="20261123T150312Z-0000", scale="quick", verification=Verification(state="drifted"))
    text = text_of(make_record(), drifted)
    assert "7f3a  2026-11-22 15:03  lecture      2    6/2/0       1        0  subject@wheels\n" in text
    assert "DRIFTED" in text


def test_ids_with_the_same_suffix_are_shown_whole():
    assert RUN_ID in text_of(make_record(), make_record(run="20261123T150312Z-7f3a"))


def test_the_list_keeps_to_80_columns_and_a_record_is_a_line_of_them():
    many = [environment(f"live:branch-{number}") for number in range(4)]
    text = text_of(make_record(), msgspec.structs.replace(make_record(run="20261123T150312Z-0000"), against=many))
    assert max(map(len, text.splitlines())) <= 80
    assert [row[:4] for row in text.splitlines()[3:]] == ["7f3a", "0000"]
    assert text.splitlines()[-1].endswith("  subject@wheel…")


def test_an_id_is_never_broken_and_without_a_terminal_nothing_is_cut():
    many = [environment(f"live:branch-{number}") for number in range(9)]
    alike = [make_record(run=f"2026112{day}T150312Z-7f3a") for day in range(3, 6)]
    records = [summarize(msgspec.structs.replace(record, against=many)) for record in alike]
    for width in (40, 80, 10_000):
        text = to_text(StoreList(records), width, True)
        assert [row.split()[0] for row in text.splitlines()[3:]] == [record.id for record in records]
    assert text.count("against live:branch-8\n") == len(records)


def test_only_the_newest_are_shown_and_named_as_they_are_found_among_all():
    records = [summarize(make_record(run=f"2026112{day}T150312Z-{end}")) for day, end in enumerate(("aa", "bb", "aa"))]
    text = to_text(StoreList(records, newest=2), 80, True)
    assert [row.split()[0] for row in text.splitlines()[3:]] == ["bb", "20261122T150312Z-aa"]


def test_a_damaged_file_is_named_below():
    text = " ".join(text_of(make_record(), damaged=[Damaged(path=Path("r/x.json"), why="truncated: ...")]).split())
    assert "not read: r/x.json: truncated" in text
