from datetime import UTC, datetime, timedelta, timezone

import pytest

from harness.failure import HarnessError
from harness.record import new_id, resolve

IDS = ["20261121T010000Z-aaaa", "20261122T150312Z-7f3a", "20261122T160000Z-b7f3"]


def test_an_id_is_the_moment_in_utc_and_a_suffix():
    moment = datetime(2026, 11, 22, 16, 3, 12, tzinfo=timezone(timedelta(hours=1)))
    stem, suffix = new_id(moment).split("-")
    assert stem == "20261122T150312Z"
    assert len(suffix) == 4
    assert int(suffix, 16) >= 0


def test_ids_sort_by_time():
    moments = [datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 20)]
    ids = [new_id(moment) for moment in moments]
    assert sorted(ids) == ids


@pytest.mark.parametrize("short", ["20261122T150312Z-7f3a", "20261121", "7f3a", "20261121T"])
def test_a_unique_piece_of_an_id_is_enough(short):
    assert resolve(short, IDS) in IDS


def test_the_whole_id_wins_over_another_that_begins_with_it():
    assert resolve("a", ["a", "ab"]) == "a"


def test_an_ambiguous_piece_names_the_candidates():
    with pytest.raises(HarnessError, match=r"'20261122' could be 20261122T150312Z-7f3a or 20261122T160000Z-b7f3"):
        resolve("20261122", IDS)


def test_many_candidates_are_counted():
    with pytest.raises(HarnessError, match="and 7 more"):
        resolve("2026", [f"2026-{i}" for i in range(10)])


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(HarnessError, match=r"no record '20261122T150312Z-7f3b'.*20261122T150312Z-7f3a"):
        resolve("20261122T150312Z-7f3b", IDS)


def test_an_empty_id_is_no_prefix_of_all():
    with pytest.raises(HarnessError, match="no record ''"):
        resolve("", IDS)


def test_an_empty_store_says_how_to_fill_it():
    with pytest.raises(HarnessError, match="holds none yet"):
        resolve("x", [])
