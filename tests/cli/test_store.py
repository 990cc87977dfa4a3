"""`harness store ...`, as its users call it."""

import csv
import io
import json
import os
import subprocess
import sys

import duckdb
import msgspec
import pytest
from builders import make_record
from click.testing import CliRunner

from harness.cli.main import cli
from harness.failure import HarnessError
from harness.record import Store
from harness.record.schema import Phase

FIRST, SECOND, THIRD = "20261122T150312Z-7f3a", "20261123T150312Z-7f3b", "20261124T150312Z-7f3c"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "results")
    for run, day in ((FIRST, 22), (SECOND, 23), (THIRD, 24)):
        made.write(msgspec.structs.replace(make_record(run=run), began=f"2026-11-{day}T15:03:12+00:00"))
    return made


def harness(store, *arguments):
    """What a command of the group says."""
    given = ["store", *map(str, arguments), "--store", str(getattr(store, "folder", store))]
    found = CliRunner().invoke(cli, given, standalone_mode=False)
    if found.exception:
        raise found.exception
    return found


def test_a_question_is_answered_as_a_table_as_json_and_as_csv(store):
    sql = "SELECT variant, count(*) AS runs, max(median_s) AS slowest, any_value(answers) AS answers FROM results "
    sql += "WHERE variant IN ('naive', 'dask-threads') GROUP BY variant ORDER BY variant DESC"
    table = harness(store, "query", sql)
    assert table.return_value == 0
    assert table.stdout.split()[:4] == ["variant", "runs", "slowest", "answers"]
    said = json.loads(harness(store, "query", sql, "--json").stdout)
    assert [(row["variant"], row["runs"], row["slowest"]) for row in said] == [
        ("naive", 3, 23.8),
        ("dask-threads", 3, 9.7),
    ]
    rows = list(csv.reader(io.StringIO(harness(store, "query", sql, "--csv").stdout)))
    assert rows[0] == ["variant", "runs", "slowest", "answers"]
    assert rows[1][:3] == ["naive", "3", "23.8"]
    assert json.loads(rows[1][3]) == said[0]["answers"]


def test_an_answer_of_one_column_is_a_table_too(store):
    said = harness(store, "query", "SELECT count(*) AS n FROM runs").stdout
    assert said.split() == ["n", "3"]
    many = harness(store, "query", "SELECT range AS n FROM range(300)").stdout
    assert many.split() == ["n", *map(str, range(300))]


def test_moments_maps_and_what_is_not_there_are_printed(store):
    sql = "SELECT began::TIMESTAMPTZ AS moment, verdicts, night, DATE '2026-11-22' AS day, 1.5::DECIMAL(4,2) AS price"
    row = json.loads(harness(store, "query", f"{sql} FROM runs LIMIT 1", "--json").stdout)[0]
    assert row["verdicts"]["faster"] == 6
    assert (row["night"], row["day"], row["price"]) == (None, "2026-11-22", "1.50")
    assert row["moment"].startswith("2026-11-22T")
    assert "-" in harness(store, "query", f"{sql} FROM runs LIMIT 1").stdout
    assert "No row." in harness(store, "query", "SELECT * FROM runs WHERE false").stdout


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELCT 1", r'syntax error at or near "SELCT"\n\nLINE 1: SELCT 1\n +\^'),
        ("SELECT nope FROM runs", r"nope[\s\S]*LINE 1[\s\S]*The tables are runs, results"),
        ("SELECT * FROM nope", r"nope[\s\S]*The tables are runs"),
        ("SELECT * FROM runs2", r'Did you mean "runs"'),
        ("SELECT * FROM pg_enums", r"pg_enums does not exist!\n\nLINE 1"),
        ("", "no question"),
        ("SELECT 1; SELECT 2", "no question"),
        ("DELETE FROM runs", "no question"),
        ("COPY runs TO '/tmp/never.csv'", "no question"),
        ("SELECT 1/0::INTEGER + 'x'", "can't be answered"),
        ("SELECT * FROM read_text('/etc/hostname')", "disabled by configuration"),
        ("SELECT * FROM '/etc/hostname'", "answered"),
        ("SELECT * FROM read_csv('https://example.org/x.csv')", "answered"),
    ],
)  # fmt: skip
def test_what_is_no_question_to_the_tables_is_refused_in_words(store, sql, said):
    with pytest.raises(HarnessError, match=said):
        harness(store, "query", sql)


def test_damaged_files_are_named_by_every_command_that_reads_the_store_and_the_exit_code_is_1(store, tmp_path):
    (store.records / f"{SECOND}.json").write_text("{")
    for arguments in (
        ["query", "SELECT count(*) FROM runs"],
        ["export", tmp_path / "all.csv"],
        ["prune", "--keep-last", "9"],
        ["check"],
    ):
        found = harness(store, *arguments)
        assert found.return_value == 1
        assert f"{SECOND}.json" in "".join((found.stdout + found.stderr).split())


def test_results_with_their_runs_are_exported_as_csv_and_parquet(store, tmp_path):
    for name in ("all.csv", "all.parquet"):
        found = harness(store, "export", tmp_path / name)
        assert (found.return_value, found.stdout) == (0, f"{tmp_path / name}\n")
    ask = duckdb.connect().execute
    asked = "SELECT count(*), count(DISTINCT id), sum(median_s) FROM '{}'"
    of_csv, of_parquet = (ask(asked.format(tmp_path / name)).fetchone() for name in ("all.csv", "all.parquet"))
    (counted,) = json.loads(harness(store, "query", "SELECT count(*) AS n FROM results", "--json").stdout)
    assert of_csv == of_parquet
    assert of_csv[:2] == (counted["n"], 3)
    harness(store, "export", tmp_path / "runs.csv", "--table", "runs")
    assert ask(f"SELECT id FROM '{tmp_path / 'runs.csv'}'").fetchall() == [(FIRST,), (SECOND,), (THIRD,)]


def test_a_record_is_exported_for_pytest_benchmark_and_its_own_compare_reads_it(store, tmp_path):
    for run, name in ((FIRST, "a.json"), (THIRD, "b.json")):
        harness(store, "export", tmp_path / name, "--record", run)
    said = json.loads((tmp_path / "b.json").read_bytes())
    record = store.read(THIRD)
    rounds = sum(sample.phase is Phase.MEASURED and "twin" not in sample.variant for sample in record.cases[0].samples)
    names = {variant.nodeid for variant in record.cases[0].variants}
    assert sum(each["stats"]["rounds"] for each in said["benchmarks"] if each["fullname"] in names) == rounds
    compared = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", "a.json", "b.json", "--csv=out.csv", "--group-by=group"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "test_narrow" in compared.stdout + (tmp_path / "out.csv").read_text()


def test_an_export_overwrites_nothing_and_knows_its_formats_by_name(store, tmp_path):
    (tmp_path / "all.csv").write_text("mine")
    with pytest.raises(HarnessError, match="is there already"):
        harness(store, "export", tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_text() == "mine"
    assert [path.name for path in tmp_path.glob(".*")] == []
    for name, options, said in (
        ("all.xlsx", [], "says no format"),
        ("x.json", ["--table", "runs"], "holds one record"),
        ("x.csv", ["--record", FIRST], "results of all records"),
    ):
        with pytest.raises(HarnessError, match=said):
            harness(store, "export", tmp_path / name, *options)
    with pytest.raises(HarnessError, match="can't be written"):
        harness(store, "export", "/proc/nowhere/x.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(HarnessError, match="holds no record yet"):
        harness(tmp_path / "empty", "export", tmp_path / "x.json")


def test_pruning_asks_for_a_reason_shows_first_and_removes_what_was_asked(store):
    with pytest.raises(HarnessError, match="nothing was asked for"):
        harness(store, "prune")
    shown = harness(store, "prune", "--keep-last", 1, "--dry-run")
    assert "2 records and 0 locks would be removed" in shown.stderr
    assert len(store.ids()) == 3
    done = harness(store, "prune", "--keep-last", 1)
    assert done.stdout == shown.stdout == f"record {FIRST}\nrecord {SECOND}\n"
    assert store.ids() == [THIRD]
    assert "0 records" in harness(store, "prune", "--keep-last", 1).stderr


def test_pruning_by_day_and_of_locks(store):
    stray = store.keep_lock("nobody names it\n")
    found = harness(store, "prune", "--before", "2026-11-23", "--locks")
    assert found.stdout.splitlines() == [f"record {FIRST}", f"lock {stray}"]
    assert store.ids() == [SECOND, THIRD]
    assert list(store.locks.iterdir()) == []


def test_an_empty_store_and_one_with_one_record_are_fine_with_every_command(store, tmp_path):
    one = Store(tmp_path / "one")
    record = make_record()
    digest = one.keep_lock("numpy==2.3.5\n")
    environment = msgspec.structs.replace(record.environment, lock_digest=digest)
    one.write(msgspec.structs.replace(record, environment=environment))
    (tmp_path / "empty").mkdir()
    for number, each in enumerate((tmp_path / "empty", one)):
        for arguments in (
            ["check"],
            ["query", "SELECT count(*) FROM results"],
            ["export", tmp_path / f"{number}.csv"],
            ["prune", "--keep-last", "5", "--locks"],
            ["push"],
        ):
            assert not harness(each, *arguments).return_value
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_folder_in_a_record_s_place_is_named_once_and_json_that_is_too_deep_in_words(store):
    folder, deep = store.path_of("20261125T150312Z-7f3d"), store.path_of("20261126T150312Z-7f3e")
    folder.mkdir()
    deep.write_text("[" * 100_000 + "]" * 100_000)
    said = harness(store, "query", "SELECT 1").stderr.splitlines()
    assert said == [
        f"harness: not read: {folder}: cannot be read: Is a directory.",
        f"harness: not read: {deep}: not a record: it is nested too deeply.",
    ]


def test_records_of_two_versions_are_told_apart(store):
    raw = store.path_of(SECOND).read_bytes().replace(b'"schema_version":1', b'"schema_version":2')
    store.path_of(SECOND).write_bytes(raw)
    found = harness(store, "query", "SELECT count(*) AS n FROM runs", "--json")
    assert (json.loads(found.stdout), found.return_value) == ([{"n": 2}], 1)
    assert "written by a newer harness: schema 2" in found.stderr


def test_a_store_that_may_not_be_read_is_said(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "records").symlink_to("records")  # a circle: nobody gets in, not even root
    for command in (["check"], ["query", "SELECT 1"], ["prune", "--keep-last", "1"]):
        with pytest.raises(HarnessError, match="cannot be read"):
            harness(tmp_path / "results", *command)


def test_a_store_that_may_not_be_written_is_not_pruned(store):
    if (
        os.geteuid() != 0
        or subprocess.run(["chattr", "+i", store.records], check=False, capture_output=True).returncode
    ):
        pytest.skip("needs a folder that nobody may change")
    try:
        with pytest.raises(HarnessError, match="can't be pruned: Operation not permitted"):
            harness(store, "prune", "--keep-last", 0)
    finally:
        subprocess.run(["chattr", "-i", store.records], check=True)
    assert len(store.ids()) == 3
