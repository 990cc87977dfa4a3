"""One file that has all of it."""

import csv
import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import msgspec
import pytest
import rocrate
from e2e.requirement import missing_requirement
from rocrate.rocrate import ROCrate

from harness.environment import create
from harness.failure import HarnessError
from harness.record.document import from_bytes
from harness.reproduce import sources
from harness.reproduce.bundle import write_bundle
from harness.reproduce.code import Code
from harness.reproduce.sources import sources_of

from .making import make_bundle_of, record_of

ROOT = Path(__file__).parents[2]
CONTEXT = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def in_git(project):
    git(project, "init", "--quiet")
    git(project, "add", "suite", "environment.yml", "LICENSE")
    git(project, "commit", "--quiet", "--message", "begin")
    return project


def taken(project, **plan):
    return set(sources_of(record_of(project, **plan), Code(top=project, folder=project)).files)


def test_a_bundle_is_read_back_by_the_rocrate_library(bundle, project):
    crate = ROCrate(bundle)
    assert crate.name.startswith("Benchmark run ")
    assert str(crate.license.id) == "source/LICENSE"
    assert crate.get("record.json")["encodingFormat"] == "application/json"
    assert crate.dereference("source/suite/test_it.py")["contentSize"] == "48"
    (run,) = [entity for entity in crate.get_entities() if entity.type == "CreateAction"]
    assert run["result"].id == "record.json"
    assert from_bytes((Path(crate.source) / "record.json").read_bytes(), "it") == record_of(project)


def test_every_file_of_a_bundle_is_described_by_its_metadata(bundle):
    with zipfile.ZipFile(bundle) as archive:
        names = {name for name in archive.namelist() if name != "ro-crate-metadata.json"}
        graph = json.loads(archive.read("ro-crate-metadata.json"))["@graph"]
    assert names == {entity["@id"] for entity in graph if entity["@type"] in ("File", "Dataset")} - {"./"}


def test_a_bundle_is_a_valid_ro_crate_to_its_validator(bundle):
    try:
        readers = create("readers", ROOT, lambda _line: None)
    except HarnessError as reason:
        missing_requirement(f"the environment 'readers' can't be made here: {reason}")
    script = Path(__file__).with_name("validate_offline.py")
    arguments = [readers.python, str(script), str(CONTEXT), str(bundle), "REQUIRED"]
    done = subprocess.run(arguments, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == ""


def test_the_same_record_gives_the_same_bytes(project, tmp_path):
    first = make_bundle_of(project, tmp_path / "first.zip")
    os.utime(project / "suite" / "test_it.py", (1, 1))
    again = make_bundle_of(project, tmp_path / "again.zip")
    assert again.read_bytes() == first.read_bytes()


def test_all_samples_are_in_the_table_with_their_units(bundle, project):
    with zipfile.ZipFile(bundle) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("samples.csv").decode())))
    samples = [sample for case in record_of(project).cases for sample in case.samples]
    assert [float(row["wall [s]"]) for row in rows] == [sample.wall_s for sample in samples]
    assert [row["variant"] for row in rows] == [sample.variant for sample in samples]


def test_an_executable_file_stays_one(project, tmp_path):
    (project / "suite" / "run.sh").write_text("#!/bin/sh\n")
    (project / "suite" / "run.sh").chmod(0o755)
    with zipfile.ZipFile(make_bundle_of(project, tmp_path / "b.zip")) as archive:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert modes["source/suite/run.sh"] == 0o755
    assert modes["source/suite/test_it.py"] == 0o644


def test_outside_of_git_the_suites_and_what_configures_them_are_taken(project):
    (project / "diary.txt").write_text("private\n")
    assert taken(project) == {"suite/test_it.py", "environment.yml", "LICENSE"}


def test_in_git_what_it_tracks_is_taken_and_secrets_are_not(project):
    in_git(project)
    (project / "notes.txt").write_text("untracked\n")
    assert taken(project) == {"suite/test_it.py", "environment.yml", "LICENSE"}


def test_a_secret_among_the_suites_is_not_taken_and_said_so(project):
    in_git(project)
    (project / "suite" / ".env").write_text("TOKEN=secret\n")
    with pytest.raises(HarnessError, match=r"suite/\.env.*may be secret"):
        taken(project)


def test_a_link_out_of_the_repository_is_left_out_and_named(project, tmp_path):
    (tmp_path / "outside.txt").write_text("private\n")
    (project / "LINK").symlink_to(tmp_path / "outside.txt")
    in_git(project)
    git(project, "add", "LINK")
    found = sources_of(record_of(project), Code(top=project, folder=project))
    assert "LINK" not in found.files
    assert found.left_out == ("not in the bundle: LINK (a submodule, or a link out of the repository)",)


def test_sources_that_are_too_large_name_the_largest(project, monkeypatch):
    monkeypatch.setattr(sources, "MOST_BYTES", 1_000_000)
    (project / "suite" / "data.bin").write_bytes(bytes(2_000_000))
    with pytest.raises(HarnessError, match=r"2 MB.*suite/data\.bin \(2 MB\)"):
        taken(project)


def test_another_file_of_the_name_is_not_overwritten(project, tmp_path):
    target = tmp_path / "mine.zip"
    target.write_text("mine")
    with pytest.raises(HarnessError, match="is there already"):
        make_bundle_of(project, target)
    assert target.read_text() == "mine"
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_left(project, tmp_path):
    target = tmp_path / "no such folder" / "b.zip"
    with pytest.raises(HarnessError, match="no such folder"):
        make_bundle_of(project, target)


def test_a_full_disk_leaves_nothing(project, tmp_path):
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", str(place)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        missing_requirement(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    try:
        with pytest.raises(HarnessError, match="No space left"):
            make_bundle_of(project, place / "b.zip")
        assert list(place.iterdir()) == []
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_record_without_a_ratio_has_no_picture(project, tmp_path):
    record = msgspec.structs.replace(record_of(project), cases=[], judgements=[])
    found = sources_of(record, Code(top=project, folder=project))
    write_bundle(record, {}, found, ("a remark",), tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert not [name for name in archive.namelist() if name.startswith("plots")]
        page = archive.read("ARTIFACT.md").decode()
    assert "Nothing was measured." in page
    assert "- a remark" in page
    shutil.rmtree(project)
