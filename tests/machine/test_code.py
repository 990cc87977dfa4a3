"""Which code was measured."""

import hashlib
import os
import shutil
import subprocess

import pytest

from harness.failure import HarnessError
from harness.machine.code import code, place_in_repository

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "checkout" / "benchmarks"
    (folder / "deep").mkdir(parents=True)
    (folder / "test_a.py").write_text("def test_a(benchmark): ...\n")
    (folder / "deep" / "data.txt").write_text("data\n")
    return folder


@pytest.fixture
def checkout(suite):
    git(suite.parent, "init", "-q")
    git(suite.parent, "add", ".")
    git(suite.parent, "commit", "-qm", "begin")
    return suite.parent


def test_outside_of_git_there_is_a_suite_and_no_commit(suite):
    found = code([suite])
    assert (found["commit"], found["dirty"]) == (None, None)
    assert found["suite"].startswith("sha256:")


def test_without_git_installed_there_is_a_suite_and_no_commit(suite, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert code([suite])["commit"] is None


@needs_git
def test_a_clean_checkout_is_its_commit(checkout, suite):
    found = code([suite])
    assert found["commit"] == git(checkout, "rev-parse", "HEAD")
    assert found["dirty"] is None


@needs_git
def test_a_change_shows_in_dirty_and_going_back_takes_it_away(checkout, suite):
    clean = code([suite])
    (suite / "test_a.py").write_text("changed\n")
    changed = code([suite])
    (suite / "test_a.py").write_text("changed again\n")
    again = code([suite])
    assert len({each["dirty"] for each in (clean, changed, again)}) == 3
    assert len({each["suite"] for each in (clean, changed, again)}) == 3
    git(checkout, "checkout", "-q", ".")
    assert code([suite]) == clean


@needs_git
def test_a_staged_change_counts_as_much(checkout, suite):
    (suite / "test_a.py").write_text("changed\n")
    unstaged = code([suite])
    git(checkout, "add", ".")
    assert code([suite]) == unstaged


@needs_git
def test_untracked_files_count_under_the_suite_only(checkout, suite):
    (checkout / "notes.txt").write_text("notes\n")
    assert code([suite])["dirty"] is None
    (suite / "new file ä.py").write_text("new\n")
    first = code([suite])["dirty"]
    (suite / "new file ä.py").write_text("newer\n")
    assert None not in {first, code([suite])["dirty"]}
    assert first != code([suite])["dirty"]


@needs_git
def test_what_running_leaves_behind_is_no_change(checkout, suite):
    (suite / "__pycache__").mkdir()
    (suite / "__pycache__" / "test_a.pyc").write_text("bytecode")
    assert code([suite])["dirty"] is None


@needs_git
def test_a_users_own_diff_settings_change_nothing(checkout, suite):
    (suite / "test_a.py").write_text("changed\n")
    before = code([suite])
    for name, value in (("diff.noprefix", "true"), ("diff.context", "9"), ("diff.external", "false")):
        git(checkout, "config", name, value)
    assert code([suite]) == before


@needs_git
def test_before_the_first_commit_there_is_none(suite):
    git(suite.parent, "init", "-q")
    found = code([suite])
    assert found["commit"] is None
    assert found["dirty"] is not None


def test_the_suite_is_the_same_wherever_it_lies(suite, tmp_path):
    shutil.copytree(suite, tmp_path / "elsewhere" / "benchmarks")
    assert code([suite])["suite"] == code([tmp_path / "elsewhere" / "benchmarks"])["suite"]


def test_what_running_leaves_behind_is_no_part_of_the_suite(suite):
    before = code([suite])["suite"]
    for name in ("__pycache__/test_a.pyc", "deep/.pytest_cache/x", "test_a.pyc"):
        (suite / name).parent.mkdir(parents=True, exist_ok=True)
        (suite / name).write_text("made\n")
    assert code([suite])["suite"] == before


def test_a_new_name_is_another_suite(suite):
    before = code([suite])["suite"]
    (suite / "test_a.py").rename(suite / "test_b.py")
    assert code([suite])["suite"] != before


def test_the_order_of_paths_and_a_named_test_are_nothing(suite):
    file, folder = suite / "test_a.py", suite / "deep"
    assert code([file, folder])["suite"] == code([str(folder), f"{file}::test_a[1]"])["suite"]


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(HarnessError, match="nowhere: no such file"):
        code([tmp_path / "nowhere"])


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_a_link_that_leads_nowhere_or_back_does_not_stop_it(suite):
    (suite / "broken").symlink_to(suite / "nowhere")
    (suite / "round").symlink_to(suite)
    assert code([suite])["suite"].startswith("sha256:")


def test_files_that_cannot_be_read_are_named(suite, monkeypatch):
    def refuse(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(hashlib, "file_digest", refuse)
    with pytest.raises(HarnessError, match=r"deep/data\.txt: can't be read .*Permission denied"):
        code([suite / "deep"])


def test_paths_begin_in_the_folder_that_is_given(suite, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert code(["benchmarks"], suite.parent)["suite"] == code([suite])["suite"]


def test_the_folder_itself_has_the_same_digest_whatever_it_is_called(suite, tmp_path):
    copy = tmp_path / "another name"
    shutil.copytree(suite, copy)
    assert code(["."], suite)["suite"] == code(["."], copy)["suite"]


@needs_git
def test_a_folder_knows_its_place_in_the_repository(checkout, suite, tmp_path):
    assert place_in_repository(checkout) == ""
    assert place_in_repository(suite / "deep") == "benchmarks/deep"
    assert place_in_repository(tmp_path) == ""


def test_where_a_hook_tells_git_to_look_is_of_no_account(checkout, suite, tmp_path, monkeypatch):
    before = code([suite])
    git(tmp_path, "init", "-q", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    assert code([suite]) == before
