import os
import subprocess
import sys
import time

import duckdb
import msgspec
import psutil
import pytest
from builders import make_record

from harness.record import Store, summarize
from harness.record.document import to_bytes
from harness.record.index import Index, tables
from harness.record.index.reading import read_job
from harness.record.index.shelf import Shelf
from harness.record.results import Result, Run, distributions_of, results_of, run_of

from .test_series import night_record

FIRST, SECOND, THIRD = "20261122T150312Z-7f3a", "20261123T150312Z-7f3b", "20261124T150312Z-7f3c"


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "results")
    made.write(make_record(run=FIRST))
    made.write(night_record(SECOND))
    return made


def shelf_of(store):
    return Shelf(store.address, tables.version())


def says_what_records_say(index, *records):
    assert list(index.runs().values()) == [run_of(record) for record in records]
    assert index.results() == [result for record in records for result in results_of(record)]
    assert index.summaries() == [summarize(record) for record in records]
    for record in records:
        for digest, versions in distributions_of(record).items():
            assert index.distributions(digest) == versions
    return True


def test_runs_results_and_distributions_are_those_of_the_records(store):
    assert says_what_records_say(Index(store), make_record(run=FIRST), night_record(SECOND))


def test_the_tables_have_a_column_for_each_field():
    assert tuple(tables.RUNS) == Run.__struct_fields__
    assert tuple(tables.RESULTS) == Result.__struct_fields__


def test_results_of_some_cases_are_those_alone(store):
    index = Index(store)
    chosen = index.results()[0].case
    assert index.results([chosen]) == [result for result in index.results() if result.case == chosen] != []
    assert index.results(["no such case"]) == index.results([]) == []


def test_text_and_numbers_come_back_as_they_were(store):
    record = make_record(run=THIRD, scale='a "quoted" \u0000 naïve 基準\n')
    row = record.judgements[0].variants[1]
    row = msgspec.structs.replace(row, median_s=0.1 + 0.2, cpu_s=5e-324, peak_bytes=2**63 - 1, counters={"": -(2**62)})
    judgement = msgspec.structs.replace(record.judgements[0], variants=[record.judgements[0].variants[0], row])
    record = msgspec.structs.replace(record, judgements=[judgement])
    store.write(record)
    assert says_what_records_say(Index(store), make_record(run=FIRST), night_record(SECOND), record)


def test_only_records_that_it_does_not_know_are_read(store, monkeypatch):
    Index(store)
    store.write(make_record(run=THIRD))
    read = []
    content = Store.content
    monkeypatch.setattr(Store, "content", lambda self, run: read.append(run) or content(self, run))
    index = Index(store)
    assert read == [THIRD]
    assert says_what_records_say(index, make_record(run=FIRST), night_record(SECOND), make_record(run=THIRD))


def test_a_record_that_vanished_is_in_it_no_more(store):
    Index(store)
    store.path_of(FIRST).unlink()
    assert says_what_records_say(Index(store), night_record(SECOND))


def test_a_damaged_file_is_named_until_it_is_mended(store):
    raw = store.path_of(SECOND).read_bytes()
    store.path_of(SECOND).write_bytes(raw[:1000])
    for _ in range(2):
        index = Index(store)
        assert [damaged.path for damaged in index.damaged] == [store.path_of(SECOND)]
        assert index.damaged[0].why.startswith("truncated: the JSON ends at byte 1000")
        assert says_what_records_say(index, make_record(run=FIRST))
    store.path_of(SECOND).write_bytes(raw)
    assert says_what_records_say(Index(store), make_record(run=FIRST), night_record(SECOND))


def test_a_file_under_another_name_and_numbers_beyond_all_bounds_are_damage(store):
    (store.records / "other.json").write_bytes(to_bytes(make_record(run=FIRST)))
    record = make_record(run=THIRD)
    record.judgements[0].variants[1].counters["fits"] = 2**70
    store.write(record)
    told = {damaged.path.stem: damaged.why for damaged in Index(store).damaged}
    assert "says that it is" in told["other"]
    assert "counts more than 2 ** 63" in told[THIRD]


def test_a_store_without_records_has_an_index_without_rows(tmp_path):
    index = Index(Store(tmp_path / "nothing"))
    assert (index.runs(), index.results(), index.distributions("x"), index.damaged) == ({}, [], {}, [])
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("damage", [b"", b"not a database", None])
def test_a_damaged_index_is_made_again(store, damage):
    Index(store)
    path = shelf_of(store).newest()
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 :] = bytes(len(raw) - len(raw) // 2)
    path.write_bytes(raw if damage is None else damage)
    assert says_what_records_say(Index(store), make_record(run=FIRST), night_record(SECOND))


def test_an_index_of_another_version_is_not_looked_at_and_goes(store, monkeypatch):
    Index(store)
    before = shelf_of(store)
    monkeypatch.setattr(tables, "_MEANING", 2)
    assert says_what_records_say(Index(store), make_record(run=FIRST), night_record(SECOND))
    assert not before.folder.exists()


def test_where_the_cache_cannot_be_written_it_is_made_in_memory(store, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", "/proc/nowhere")
    assert says_what_records_say(Index(store), make_record(run=FIRST), night_record(SECOND))


def test_an_open_index_goes_on_while_a_newer_one_takes_its_place(store):
    before = Index(store)
    store.write(make_record(run=THIRD))
    after = Index(store)
    assert (len(before.runs()), len(after.runs())) == (2, 3)
    assert len(list(shelf_of(store).folder.glob("*.duckdb"))) == 1


def test_four_processes_at_once_see_all_records(store):
    code = (
        "import sys; from harness.record import Store; from harness.record.index import Index\n"
        "for _ in range(5): index = Index(Store(sys.argv[1])); print(len(index.runs()), len(index.damaged))"
    )
    readers = [subprocess.Popen([sys.executable, "-c", code, store.folder], stdout=-1) for _ in range(4)]
    store.write(make_record(run=THIRD))
    said = [reader.communicate()[0].decode().split("\n")[:-1] for reader in readers]
    assert all(len(lines) == 5 and set(lines) <= {"2 0", "3 0"} for lines in said)
    assert says_what_records_say(Index(store), make_record(run=FIRST), night_record(SECOND), make_record(run=THIRD))


def test_many_records_are_read_by_several_processes_into_the_same_rows(store, monkeypatch):
    alone = Index(store)
    rows = (alone.runs(), alone.results(), alone.summaries())
    monkeypatch.setattr("harness.record.index.making.FEWEST_FOR_PROCESSES", 1)
    monkeypatch.setattr("harness.record.index.making.processors", lambda: 3)
    shelf_of(store).discard()
    several = Index(store)
    assert (several.runs(), several.results(), several.summaries()) == rows
    assert several.distributions("software of base:HEAD") == {"numpy": "2.4.6"}


def test_what_a_reading_process_does_not_finish_is_read_here(store, monkeypatch):
    monkeypatch.setattr("harness.record.index.making.FEWEST_FOR_PROCESSES", 1)
    monkeypatch.setattr("harness.record.index.making.processors", lambda: 2)
    monkeypatch.setattr("harness.record.index.reading._CHILD", "import os; os.kill(os.getpid(), 9)")
    assert says_what_records_say(Index(store), make_record(run=FIRST), night_record(SECOND))


def test_an_interrupt_while_many_records_are_read_ends_the_reading_processes(store, monkeypatch, tmp_path):
    pids = tmp_path / "pids"
    waits = f"import os, sys, time; open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    monkeypatch.setattr("harness.record.index.making.FEWEST_FOR_PROCESSES", 1)
    monkeypatch.setattr("harness.record.index.making.processors", lambda: 2)
    monkeypatch.setattr("harness.record.index.reading._CHILD", waits)

    def interrupted(_child, **_options):
        while not pids.exists() or len(pids.read_text().split()) < 2:
            time.sleep(0.01)
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr("subprocess.Popen.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Index(store)
    assert not any(psutil.pid_exists(int(pid)) for pid in pids.read_text().split())


def test_a_closed_index_is_not_taken_for_a_damaged_one(store):
    index = Index(store)
    file = next(shelf_of(store).folder.glob("*.duckdb"))
    index.close()
    with pytest.raises(ValueError, match="closed"):
        index.summaries()
    assert file.exists()


def test_a_reading_process_whose_asker_is_gone_stops(store, tmp_path, monkeypatch):
    monkeypatch.setattr("gc.disable", lambda: None)  # it is meant for a process of its own
    files = msgspec.to_builtins(store.files())
    job = {"files": files, "records": str(store.records), "folder": str(tmp_path), "parent": os.getppid()}
    read_job(job)
    assert (tmp_path / "runs.json").stat().st_size > 0
    with pytest.raises(SystemExit):
        read_job({**job, "parent": os.getpid()})
    assert (tmp_path / "runs.json").stat().st_size == 0


def test_the_file_can_be_asked_with_duckdb_itself(store):
    Index(store)
    with duckdb.connect(str(shelf_of(store).newest()), read_only=True) as connection:
        assert connection.execute("SELECT count(*), (min(began::TIMESTAMPTZ)::VARCHAR)[:10] FROM runs").fetchone() == (
            2,
            "2026-11-22",
        )
