from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from builders import make_record

from harness.record import Store
from harness.record.checking import check
from harness.record.schema import Anchor
from harness.record.variances import RunVariances

from .test_series import night_record

NOW = datetime(2026, 11, 30, tzinfo=UTC)
FIRST, SECOND = "20261122T150312Z-7f3a", "20261123T150312Z-7f3b"


@pytest.fixture
def store(tmp_path):
    """A record whose lock is there, an anchor and a file of noise."""
    made = Store(tmp_path / "results")
    digest = made.keep_lock("numpy==2.3.5\n")
    made.write(locked(make_record(run=FIRST), digest))
    made.keep_anchor(
        Anchor(number=1, commit="c" * 40, tag="v1", address="base", lock_digest=digest, made="2026-11-22", why="first")
    )
    made.keep_variances(RunVariances(run=FIRST, machine_digest="sha256:ab", software_digest="sha256:cd", cases=[]))
    return made


def locked(record, digest):
    return msgspec.structs.replace(record, environment=msgspec.structs.replace(record.environment, lock_digest=digest))


def told(store):
    """Name of the file, what is said of it, and whether it is grave."""
    return [(Path(each.path).name, each.what, each.grave) for each in check(store, NOW).findings]


def test_a_whole_store_is_said_to_be_whole(store):
    found = check(store, NOW)
    assert (found.records, found.locks, found.anchors, found.variances) == (1, 1, 1, 1)
    assert (found.findings, found.is_sound) == ([], True)


def test_an_empty_store_is_whole(tmp_path):
    assert check(Store(tmp_path / "nothing"), NOW).is_sound
    assert not (tmp_path / "nothing").exists()


def test_all_damaged_files_are_named_with_what_is_wrong(store):
    (store.records / f"{SECOND}.json").write_bytes(store.path_of(FIRST).read_bytes())
    (store.records / "cut.json").write_text('{"id":')
    (lock,) = store.locks.iterdir()
    lock.write_text("numpy==2.3.6\n")
    (store.locks / f"{'ab' * 32}.txt").write_bytes(b"\xff")
    (store.anchored / "0002.json").write_text("{}")
    (store.variances / "ab" / f"{SECOND}.json").write_text("{}")
    said = told(store)
    assert all(grave for _, _, grave in said)
    assert {name for name, _, _ in said} == {
        f"{SECOND}.json", "cut.json", lock.name, f"{'ab' * 32}.txt", "0002.json"
    }  # fmt: skip
    assert next(what for name, what, _ in said if name == "cut.json").startswith("truncated")


def test_a_lock_that_a_record_or_an_anchor_names_and_that_is_not_there_is_grave(store):
    for lock in store.locks.iterdir():
        lock.unlink()
    assert [(name, grave) for name, _, grave in told(store)] == [(f"{FIRST}.json", True), ("0001.json", True)]


def test_an_anchor_that_a_record_names_and_that_is_not_there_is_grave(store):
    store.write(night_record(SECOND))
    said = [(what, grave) for _, what, grave in told(store) if "anchor" in what]
    assert said == [("the anchor 2 that it names is not in the store.", True)]


def test_what_a_cut_writer_left_is_told_and_not_grave(store):
    (store.records / ".x.json.12ab.part").write_text("{")
    (found,) = told(store)
    assert found[0] == ".x.json.12ab.part"
    assert "can be deleted" in found[1]
    assert not found[2]


@pytest.mark.parametrize(
    ("moments", "said"),
    [
        ({"began": "2026-12-24T15:03:12+00:00", "ended": "2026-12-24T16:03:12+00:00"}, "began in the future"),
        ({"began": "2026-11-22T15:03:12+00:00", "ended": "2026-11-22T14:03:12+00:00"}, "clock was set back"),
        ({"began": "2026-11-21T15:03:12+00:00", "ended": "2026-11-22T14:03:12+00:00"}, "its id says"),
    ],
)
def test_a_clock_that_jumped_is_told(store, moments, said):
    (lock,) = store.locks.iterdir()
    record = msgspec.structs.replace(locked(make_record(run="20261122T150312Z-0001"), lock.stem), **moments)
    store.write(record)
    assert any(said in what and not grave for _, what, grave in told(store))


def test_moments_that_are_none_are_no_fault_of_the_clock(store):
    (lock,) = store.locks.iterdir()
    store.write(msgspec.structs.replace(locked(make_record(run="by-hand"), lock.stem), began="then", ended="now"))
    assert told(store) == []


def test_locks_of_all_environments_are_looked_for(store):
    store.write(night_record(SECOND))
    assert any("ab" * 32 in what and grave for _, what, grave in told(store))
