import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from builders import LOCK_DIGEST, RUN_ID, Way, make_case, make_record

from harness.failure import HarnessError
from harness.record import Store
from harness.record import store as store_module
from harness.record.document import to_bytes
from harness.record.schema import Verdict


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "results")


def files(store):
    return sorted(path.relative_to(store.folder).as_posix() for path in store.folder.rglob("*") if path.is_file())


def test_a_record_is_read_back_by_id_by_a_piece_of_it_and_by_path(store):
    record = make_record()
    path = store.write(record)
    assert path == store.folder / "records" / f"{RUN_ID}.json"
    for name in (RUN_ID, "2026", "7f3a", path, str(path)):
        assert store.read(name) == record


def test_a_store_that_does_not_exist_is_empty_and_stays_so(store):
    assert store.ids() == []
    assert store.summaries() == ([], [])
    assert not store.folder.exists()


def test_writing_leaves_nothing_but_the_record(store):
    store.write(make_record())
    assert files(store) == [f"records/{RUN_ID}.json"]


def test_a_record_is_never_changed(store):
    store.write(make_record())
    with pytest.raises(HarnessError, match="never changed"):
        store.write(make_record(measured_s=1.0))
    assert store.read(RUN_ID) == make_record()
    assert files(store) == [f"records/{RUN_ID}.json"]


@pytest.mark.parametrize("fault", [errno.EPERM, errno.ENOTSUP])
def test_where_there_are_no_hard_links_a_record_is_written_and_still_never_changed(store, monkeypatch, fault):
    def no_link(*_):
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(store_module.os, "link", no_link)
    store.write(make_record())
    with pytest.raises(HarnessError, match="never changed"):
        store.write(make_record(measured_s=1.0))
    assert store.read(RUN_ID) == make_record()


@pytest.mark.parametrize("run", ["", ".hidden", "a/b", "../x"])
def test_an_id_that_is_no_plain_file_name_is_refused(store, run):
    with pytest.raises(HarnessError, match="cannot be the id"):
        store.write(make_record(run=run))


def test_what_a_killed_writer_left_is_not_looked_at(store):
    store.write(make_record())
    (store.records / ".20261122T999999Z-0000.json.ab12.part").write_text('{"half":')
    (store.records / ".hidden.json").write_text("{")
    assert store.ids() == [RUN_ID]
    assert store.summaries()[1] == []


def test_four_writers_of_one_id_leave_one_whole_record(store):
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]; from harness.record import Store; from builders import make_record\n"
        "try: Store(sys.argv[1]).write(make_record())\n"
        "except Exception as fault: sys.exit(str(fault))"
    )
    here = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    writers = [subprocess.Popen([sys.executable, "-c", code, store.folder, *here], stderr=-1) for _ in range(4)]
    errors = [writer.communicate()[1].decode() for writer in writers]
    assert sorted(writer.returncode for writer in writers) == [0, 1, 1, 1]
    assert sum("never changed" in error for error in errors) == 3
    assert store.read(RUN_ID) == make_record()
    assert files(store) == [f"records/{RUN_ID}.json"]


def test_a_full_disk_is_said_and_leaves_nothing(store):
    """The limit on file sizes stands in for a full disk: the write fails half-way."""
    store.write(make_record(run="first"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(HarnessError, match=r"is full .*nothing was written"):
            store.write(make_record())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files(store) == ["records/first.json"]


def test_no_space_left_is_said_with_the_way_out(store, monkeypatch):
    def no_space(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store_module.os, "fsync", no_space)
    with pytest.raises(HarnessError, match=r"is full \(No space left on device\).*--resume"):
        store.write(make_record())
    monkeypatch.undo()
    assert files(store) == []


def test_a_store_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HarnessError, match=r"cannot be written: .* --store"):
        Store(tmp_path / "file" / "results").write(make_record())


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a folder that nobody may write")
def test_an_unwritable_store_is_said_even_to_root():
    with pytest.raises(HarnessError, match="cannot be written"):
        Store("/proc/results").write(make_record())


def test_no_such_record_names_the_nearest(store):
    store.write(make_record())
    with pytest.raises(HarnessError, match=rf"no record '7f3b' in the store.*{RUN_ID}"):
        store.read("7f3b")
    with pytest.raises(HarnessError, match=r"no record at nowhere/x\.json"):
        store.read("nowhere/x.json")


def test_a_path_that_is_a_folder_is_said(store, tmp_path):
    with pytest.raises(HarnessError, match="cannot be read"):
        store.read(tmp_path)


def test_damaged_files_are_named_and_skipped_in_the_list(store):
    store.write(make_record())
    raw = to_bytes(make_record())
    (store.records / "cut.json").write_bytes(raw[:1000])
    (store.records / "other.json").write_bytes(raw)
    (store.records / "newer.json").write_bytes(raw.replace(b'"schema_version":1', b'"schema_version":7'))
    (store.records / "folder.json").mkdir()
    (store.records / "README.txt").write_text("not looked at")
    summaries, damaged = store.summaries()
    assert [summary.id for summary in summaries] == [RUN_ID]
    told = {file.path.name: file.why for file in damaged}
    assert "truncated: the JSON ends at byte 1000" in told["cut.json"]
    assert "says that it is" in told["other.json"]
    assert "newer harness: schema 7" in told["newer.json"]
    assert "cannot be read" in told["folder.json"]
    assert len(told) == 4


def test_a_summary_counts_verdicts_and_answers_without_the_baseline(store):
    ways = [
        Way("naive", 1.0),
        Way("fast", 0.5, Verdict.FASTER, answer=1),
        Way("dead", 1.0, Verdict.NOT_MEASURED, died="killed by signal 9"),
    ]
    store.write(make_record(make_case("small", ways), missing=["small, dead: killed by signal 9"]))
    ((summary,), _) = store.summaries()
    assert summary.verdicts == {"faster": 1, "not measured": 1}
    assert summary.answers == {"agree": 1, "none": 1}
    assert (summary.cases, summary.missing, summary.scale, summary.environment) == (1, 1, "lecture", "subject@wheels")


def test_a_lock_is_kept_once_under_its_digest(store):
    digest = store.keep_lock("numpy==2.3.5\n")
    assert store.keep_lock("numpy==2.3.5\n") == digest != LOCK_DIGEST
    assert files(store) == [f"locks/{digest}.txt"]
    assert store.lock(digest) == "numpy==2.3.5\n"


def test_a_damaged_lock_is_mended_when_it_is_kept_again(store):
    digest = store.keep_lock("numpy==2.3.5\n")
    (store.locks / f"{digest}.txt").write_text("half")
    with pytest.raises(HarnessError, match="damaged"):
        store.lock(digest)
    store.keep_lock("numpy==2.3.5\n")
    assert store.lock(digest) == "numpy==2.3.5\n"


def test_a_lock_that_is_not_there_is_said(store):
    with pytest.raises(HarnessError, match="no lock abc"):
        store.lock("abc")


def test_the_folder_of_a_run_is_made(store):
    assert store.run_folder("x").is_dir()
    assert store.run_folder("x") == store.folder / "runs" / "x"
