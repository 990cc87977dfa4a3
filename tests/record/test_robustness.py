"""What happens to a store when writers die, disks are full and files are damaged, all of it for real."""

import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import RUN_ID, make_record

from harness.failure import HarnessError
from harness.record import Store
from harness.record.checking import check
from harness.record.index import Index

KILLS = 200


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def read_only(tmp_path):
    """A store with a record, on a disk that is mounted to be read only."""
    folder = tmp_path / "fixed"
    Store(folder).write(make_record())
    for options in (["--bind", folder, folder], ["-o", "remount,bind,ro", folder]):
        if subprocess.run(["mount", *options], check=False, capture_output=True).returncode:
            pytest.skip("needs the right to mount")
    yield Store(folder)
    subprocess.run(["umount", "-l", folder], check=True)


def write_many(store):
    for number in range(1000):
        store.write(make_record(run=f"run-{number:03}"))


def test_two_hundred_kills_and_four_writers_at_once_lose_no_record_and_leave_none_half_visible(tmp_path):
    store = Store(tmp_path / "results")
    command = [sys.executable, Path(__file__).parent / "kill_writers.py", store.folder, str(KILLS)]
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    kept = subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout.split()
    assert len(kept) > KILLS / 4
    summaries, damaged = store.summaries()
    assert damaged == []
    assert set(kept) <= {summary.id for summary in summaries}
    # A writer that was killed between the record and its word for it has written one more.
    assert len(summaries) <= len(kept) + KILLS
    index = Index(store)
    assert (index.summaries(), index.damaged) == (summaries, [])
    for lock in store.locks.glob("[!.]*"):
        store.lock(lock.stem)
    left = [finding for finding in check(store, datetime.now(UTC)).findings if "left behind" in finding.what]
    assert len(left) == len(list(store.folder.rglob(".*.part")))


def test_an_index_that_is_cut_while_it_is_made_is_made_the_next_time(tmp_path):
    store = Store(tmp_path / "results")
    for number in range(20):
        store.write(make_record(run=f"run-{number:02}"))
    code = "import sys; from harness.record.index import Index, index; Index(index.Store(sys.argv[1]))"
    rng = random.Random(3)
    for number in range(8):
        maker = subprocess.Popen([sys.executable, "-c", code, store.folder])
        time.sleep(rng.uniform(0.2, 0.8))
        maker.kill()
        maker.wait()
        store.write(make_record(run=f"run-{20 + number}"))
    assert [summary.id for summary in Index(store).summaries()] == store.ids()


def test_where_the_cache_is_full_the_index_is_made_in_memory(small_disk, tmp_path, monkeypatch):
    store = Store(tmp_path / "results")
    store.write(make_record())
    monkeypatch.setenv("HARNESS_CACHE", str(small_disk))
    (small_disk / "much").write_bytes(bytes(200_000))
    assert list(Index(store).runs()) == [RUN_ID]


def test_on_a_full_disk_a_record_is_refused_and_those_before_it_stay(small_disk):
    store = Store(small_disk / "results")
    with pytest.raises(HarnessError, match=r"is full \(No space left on device\)"):
        write_many(store)
    summaries, damaged = store.summaries()
    assert [summary.id for summary in summaries] == [f"run-{number:03}" for number in range(len(summaries))]
    assert (len(summaries) > 1, damaged) == (True, [])
    assert list(store.folder.rglob(".*")) == []


def test_a_store_that_can_only_be_read_is_read_by_everything_and_refuses_to_be_written(read_only):
    assert read_only.read(RUN_ID) == make_record()
    assert list(Index(read_only).runs()) == [RUN_ID]
    assert check(read_only, datetime.now(UTC)).records == 1
    with pytest.raises(HarnessError, match=r"cannot be written: Read-only file system .* --store"):
        read_only.write(make_record(run="other"))


def test_a_clock_that_was_set_back_overwrites_nothing(tmp_path):
    store = Store(tmp_path / "results")
    store.write(make_record())
    with pytest.raises(HarnessError, match="never changed"):
        store.write(make_record(measured_s=1.0))
    assert store.read(RUN_ID) == make_record()
    # A file that was changed and has the time of an older one is read again nevertheless: its size is another.
    Index(store)
    path = store.path_of(RUN_ID)
    before = path.stat()
    path.write_bytes(path.read_bytes()[:-100])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [damaged.path for damaged in Index(store).damaged] == [path]
