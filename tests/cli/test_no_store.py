"""What commands say to a --store that is none."""

import json
import shutil

import pytest
from builders import make_record
from click.testing import CliRunner

from harness.cli.main import cli
from harness.failure import HarnessError
from harness.record import Store

READING = [
    ["list"], ["history"], ["show", "7f3a"], ["compare", "a", "b"], ["site", "public"], ["plot", "7f3a", "x.png"],
    ["bundle", "7f3a", "x.zip"], ["anchor", "list"], ["machine", "floors"], ["store", "check"],
    ["store", "query", "SELECT 1"], ["store", "export", "x.csv"], ["store", "prune", "--locks"], ["store", "push"],
]  # fmt: skip
FIRST, SECOND = "20261122T150312Z-7f3a", "20261123T150312Z-7f3b"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def harness(*arguments):
    found = CliRunner().invoke(cli, [*map(str, arguments)], standalone_mode=False)
    if found.exception:
        raise found.exception
    return found


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_what_reads_refuses_a_store_that_is_not_there_a_file_and_a_scheme_that_nobody_knows(folder, command):
    (folder / "file").write_text("")
    for store, said in (
        ("resutls", "there is no store at resutls"),
        ("file", "the store file is a file, not a folder"),
        ("foo://bar", "nothing is known of foo://"),
    ):
        with pytest.raises(HarnessError, match=said):
            harness(*command, "--store", store)
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_what_writes_makes_the_store_but_none_in_a_file_s_place(folder):
    (folder / "file").write_text("")
    with pytest.raises(HarnessError, match="is a file, not a folder"):
        harness("store", "import", "x.json", "--store", "file")
    with pytest.raises(HarnessError, match="is a file, not a folder"):
        harness("run", "--store", "file")


def test_a_new_project_has_no_store_yet_and_hears_what_makes_one(folder):
    for command in (["list"], ["history"]):
        found = harness(*command)
        assert (found.stdout, found.return_value) == ("", 0)
        assert found.stderr == "harness: results holds no record yet. `harness run` makes one.\n"
    assert not harness("site", "public").return_value
    assert not harness("site", "public").return_value
    assert not (folder / "results").exists()


def test_the_newest_records_are_listed_and_other_programs_get_json():
    store = Store("mine")
    for run in (FIRST, SECOND):
        store.write(make_record(run=run))
    assert [row[:4] for row in harness("list", "--store", "mine", "--last", 1).stdout.splitlines()[3:]] == ["7f3b"]
    said = json.loads(harness("list", "--store", "mine", "--last", 1, "--json").stdout)
    assert [(each["id"], each["cases"]) for each in said["records"]] == [(SECOND, 2)]
    assert said["damaged"] == []


def test_a_site_is_never_emptied_by_a_store_without_records(folder):
    Store("mine").write(make_record(run=FIRST))
    harness("site", "public", "--store", "mine")
    before = {path: path.read_bytes() for path in folder.glob("public/**/*.html")}
    (folder / "other").mkdir()
    for store in ("other", "results"):
        with pytest.raises(HarnessError, match=rf"the store {store} holds no record .* Nothing was written"):
            harness("site", "public", "--store", store)
    assert {path: path.read_bytes() for path in folder.glob("public/**/*.html")} == before


def test_pages_of_records_that_are_gone_are_counted_as_removed(folder):
    store = Store("mine")
    for run in (FIRST, SECOND):
        store.write(make_record(run=run))
    harness("site", "public", "--store", "mine")
    shutil.copytree(folder / "public", folder / "before")
    store.path_of(FIRST).unlink()
    said = harness("site", "public", "--store", "mine").stderr
    gone = {path.name for path in folder.glob("before/**/*")} - {path.name for path in folder.glob("public/**/*")}
    assert gone == {f"{FIRST}.html"}
    assert "1 removed" in said


def test_a_damaged_anchor_is_named_by_what_shows_the_store_and_all_else_is_shown(folder):
    store = Store("mine")
    store.write(make_record(run=FIRST))
    store.anchored.mkdir()
    (store.anchored / "0001.json").write_text('{"number":')
    for command in (["list"], ["history"], ["site", "public"], ["site", "public"], ["store", "check"]):
        found = harness(*command, "--store", "mine")
        said = " ".join(found.output.split())
        assert found.return_value == 1
        assert "mine/anchors/0001.json: damaged, or no anchor: Input data was truncated. Restore it" in said
    assert "mine/anchors/0001.json" in (folder / "public" / "index.html").read_text("utf-8")
    assert (folder / "public" / "runs" / f"{FIRST}.html").exists()
