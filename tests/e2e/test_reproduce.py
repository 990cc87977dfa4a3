"""A result reproduced from its record, with real runs: in another clone, from a bundle, and where it does not hold."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import zipfile

import pytest

from .desk import CONFTEST, TRACEBACK, Desk, came_true
from .two_locks import make_locks

SUITE = """
import random

import adder
import pytest

from suite.settings import LOOPS, SEED

def naive():
    return sum(adder.looped() for _ in range(4))

def fast():
    return sum(adder.looped() for _ in range(LOOPS))

def scores():
    draw = random.Random(SEED)
    return {f"alpha={alpha}": {f"fold {fold}": draw.random() for fold in (1, 2, 3)} for alpha in (0.1, 1.0)}

@pytest.mark.benchmark(group="search")
@pytest.mark.parametrize("variant", [naive, fast])
def test_search(benchmark, variant):
    benchmark.pedantic(variant, rounds=24)
    benchmark.extra_info["answer"] = {"test_score": scores()}
"""
SETTINGS = "SEED = 0\nLOOPS = 1\n"
PLAN = ("suite", "--env", "old", "--launches", "3", "--budget", "120s", "--seed", "5")


class Project:
    """The project that is measured, its record, its bundle, and what it takes to install its environment."""

    def __init__(self, folder):
        self.desk = Desk(folder)
        self.variables = {**make_locks(self.desk), "HARNESS_CACHE": str(folder.parent / "cache")}
        self.desk.write("suite/__init__.py", "")
        self.desk.write("suite/conftest.py", CONFTEST)
        self.desk.write("suite/test_search.py", SUITE)
        self.desk.write("suite/settings.py", SETTINGS)
        self.desk.write(".gitignore", "store/\nout-*\nerr-*\nlock\n.env\nwheels/\n__pycache__/\n")
        self.desk.write(".env", "TOKEN=secret\n")
        git(folder, "init", "--quiet")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "measured")
        ended = self.desk.run(*PLAN, **self.variables)
        assert ended.code == 0, ended.err
        (self.record,) = self.desk.record_files()
        self.bundle = folder.parent / "bundle.zip"
        ended = self.bundled(self.bundle)
        assert ended.code == 0, ended.err

    def bundled(self, target):
        return self.desk.harness("bundle", self.record.stem, str(target), "--store", str(self.desk.store))

    def clone(self, folder):
        """Another clone, with a commit on top that changed the suite."""
        git(folder.parent, "clone", "--quiet", str(self.desk.folder), str(folder))
        desk = Desk(folder)
        (folder / "conftest.py").unlink()
        desk.write("suite/settings.py", "SEED = 7\nLOOPS = 1\n")
        git(folder, "commit", "--quiet", "--all", "--message", "another seed")
        return desk


def git(folder, *arguments):
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("reproduce") / "project")


@pytest.fixture
def clone(project, tmp_path):
    return project.clone(tmp_path / "clone")


def judged(ended):
    assert TRACEBACK not in ended.err, ended.err
    return json.loads(ended.out)


def rows(told):
    return {row["variant"]: row for case in told["cases"] for row in case["variants"]}


def test_a_record_of_one_clone_is_reproduced_in_another_on_an_empty_cache(project, clone, tmp_path):
    variables = {**project.variables, "HARNESS_CACHE": str(tmp_path / "empty cache")}
    ended = clone.harness(
        "reproduce", str(project.record), "--expect", "same", "--json", "--store", "here", **variables
    )
    told = judged(ended)
    assert ended.code == 0, ended.err
    assert told["record"] == project.record.stem
    assert {row["answer"]["match"] for row in rows(told).values()} == {"identical"}
    assert told["remarks"] == []
    (kept,) = (clone.folder / "here" / "records").glob("*.json")
    again = json.loads(kept.read_bytes())
    assert kept.stem == told["reproduction"] == again["id"]
    assert again["plan"]["reproduces"] == project.record.stem
    assert again["environment"]["verification"]["state"] == "verified"
    recorded = json.loads(project.record.read_bytes())
    assert again["environment"]["lock_digest"] == recorded["environment"]["lock_digest"]
    assert again["fingerprint"]["code"] == recorded["fingerprint"]["code"]
    assert {**again["plan"], "reproduces": None} == recorded["plan"]


def test_a_bundle_is_reproduced_in_a_folder_without_the_project(project, tmp_path):
    desk = Desk(tmp_path / "elsewhere")
    variables = {**project.variables, "HARNESS_CACHE": str(tmp_path / "cache")}
    ended = desk.harness("reproduce", str(project.bundle), "--expect", "same", **variables)
    assert ended.code == 0, ended.err
    assert "Verdict: reproduced" in ended.out
    assert len(list((desk.folder / "results" / "records").iterdir())) == 1
    assert list((tmp_path / "cache" / "bundles").iterdir()) == []


def test_another_seed_is_not_reproduced_and_names_candidate_and_fold(project, clone):
    ended = clone.harness("reproduce", str(project.record), "--here", "--json", "--store", "here", **project.variables)
    told = judged(ended)
    assert ended.code == 1
    assert told["outcome"] == "not reproduced"
    (difference,) = rows(told)["fast"]["answer"]["differences"]
    assert difference.startswith("test_score['alpha=")
    assert "['fold " in difference
    assert "apart (5 more)" in difference
    assert told["remarks"][0] == "other code: the suites are not those of the record"


def test_a_slower_variant_in_another_environment_is_reproduced_with_other_speed_ups(project, clone):
    clone.write("suite/settings.py", "SEED = 0\nLOOPS = 12\n")
    arguments = ("reproduce", str(project.record), "--here", "--env", "new", "--json", "--store", "here")
    ended = clone.harness(*arguments, **project.variables)
    told = judged(ended)
    assert ended.code == 4, ended.err
    assert told["outcome"] == "reproduced with other speed-ups"
    assert rows(told)["fast"]["ratio"]["sameness"] == "other"
    assert rows(told)["fast"]["ratio"]["change"]["low"] > 1
    assert "another environment: new (wheels), recorded old (wheels)" in told["differences"]
    assert any(each.startswith("another lock: ") for each in told["differences"])
    assert "other versions: adder 2.0, recorded 1.0" in told["differences"]


def test_a_reproduction_that_was_cut_goes_on_with_the_command_that_it_prints(project, tmp_path):
    desk = Desk(tmp_path / "elsewhere")
    arguments = ("reproduce", str(project.bundle), "--expect", "same", "--store", "my store")
    process = desk.start(*arguments, **project.variables)
    journals = desk.folder / "my store" / "runs"
    assert came_true(
        lambda: process.poll() is not None or any(b"sampled" in path.read_bytes() for path in journals.glob("*/j*"))
    )
    os.killpg(process.pid, signal.SIGINT)
    ended = desk.wait(process, 60)
    assert ended.code == 130, ended.err
    assert desk.is_deserted()
    refused = desk.harness("run", "--resume", "--store", "my store", **project.variables)
    assert refused.refused("harness reproduce", "--resume")
    command = shlex.split(ended.err.rpartition("Go on with:")[2].strip())
    assert command[:2] == ["harness", "reproduce"]
    went_on = desk.harness(*command[1:], **project.variables)
    assert went_on.code == 0, went_on.err
    (kept,) = (desk.folder / "my store" / "records").glob("*.json")
    assert json.loads(kept.read_bytes())["interruptions"] == 1


def test_drift_of_the_environment_is_never_reproduced(project, clone, tmp_path):
    variables = {**project.variables, "HARNESS_CACHE": str(tmp_path / "cache")}
    made = clone.harness("env", "create", "old", **variables)
    assert made.code == 0, made.err
    (metadata,) = (tmp_path / "cache" / "envs").glob("old-*/lib/python*/site-packages/adder-*.dist-info/METADATA")
    metadata.write_text(metadata.read_text().replace("Version: 1.0", "Version: 1.1"))
    arguments = ("reproduce", str(project.record), "--budget", "3s", "--store", "here")
    ended = clone.harness(*arguments, **variables)
    assert ended.code == 1, ended.err
    assert "Verdict: not reproduced" in ended.out
    assert "the environment is not its lock" in ended.out


def test_a_bundle_holds_what_git_knows_and_the_same_bytes_each_time(project, tmp_path):
    again = tmp_path / "again.zip"
    assert project.bundled(again).code == 0
    assert again.read_bytes() == project.bundle.read_bytes()
    unchanged = project.bundled(again)
    assert unchanged.code == 0
    assert "is there already, the same" in unchanged.out
    with zipfile.ZipFile(again) as archive:
        names = set(archive.namelist())
    assert {"record.json", "samples.csv", "ARTIFACT.md", "plots/run.png", "plots/run.svg"} <= names
    assert {"source/suite/test_search.py", "source/envs/old.lock.txt"} <= names
    assert len([name for name in names if name.startswith("locks/") and name.endswith(".txt")]) == 1
    assert not [name for name in names if ".env" in name.split("/")[-1] and "envs" not in name]


def test_a_commit_that_is_not_in_this_repository_is_named(project, desk):
    git(desk.folder, "init", "--quiet")
    git(desk.folder, "add", "--all")
    git(desk.folder, "commit", "--quiet", "--message", "another project")
    commit = json.loads(project.record.read_bytes())["fingerprint"]["code"]["commit"]
    assert desk.harness("reproduce", str(project.record)).refused(commit, "bundle")


def test_a_record_at_an_address_is_fetched_and_its_code_asked_for(project, desk):
    """A folder without the code is as far as it comes."""
    assert desk.harness("reproduce", project.record.as_uri()).refused(project.record.stem, "no clone", "bundle")
