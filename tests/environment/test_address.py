"""What a user may write after `--env`."""

import sys
from pathlib import Path

import pytest

from harness.environment import Kind, parse_address, parse_code_address
from harness.failure import HarnessError


@pytest.fixture
def root(project):
    for name in ("base", "newest"):
        (project / "envs" / f"{name}.lock.txt").touch()
    return project


@pytest.mark.parametrize("text", ["base", "base@wheels"])
def test_a_name_is_the_lock_in_envs(root, text):
    address = parse_address(text, root)
    assert (address.kind, address.name, address.lock) == (Kind.WHEELS, "base", str(root / "envs" / "base.lock.txt"))


def test_each_way_of_making_an_environment_has_its_lock(root):
    (root / "conda-lock.yml").touch()
    (root / "envs" / "newest.conda-lock.yml").touch()
    locks = {
        text: Path(parse_address(text, root).lock).relative_to(root)
        for text in ("base@conda", "newest@conda", "base@image")
    }
    assert {text: str(lock) for text, lock in locks.items()} == {
        "base@conda": "conda-lock.yml",
        "newest@conda": "envs/newest.conda-lock.yml",
        "base@image": "envs/base.lock.txt",
    }


@pytest.mark.parametrize(
    ("text", "place", "revision"),
    [
        ("live:main", "live", "main"),
        ("base:feature/faster", "base", "feature/faster"),
        ("base@wheels:HEAD~1", "base", "HEAD~1"),
        ("live:HEAD@{1}", "live", "HEAD@{1}"),
    ],
)
def test_what_follows_a_colon_is_the_commit_of_the_measured_code(root, text, place, revision):
    address = parse_code_address(text, root)
    assert (address.name, address.revision) == (place, revision)


def test_a_path_may_hold_a_colon_and_may_be_followed_by_a_revision(root, tmp_path):
    link = tmp_path / "a:b" / "python"
    link.parent.mkdir()
    link.symlink_to(sys.executable)
    assert parse_code_address(str(link), root).revision is None
    assert parse_code_address(f"{link}:main", root).revision == "main"


def test_an_environment_itself_has_no_revision(root):
    with pytest.raises(HarnessError, match="':main' names code to measure, as in `harness run --env live:main`"):
        parse_address("live:main", root)


def test_live_is_the_python_of_the_driver(root):
    address = parse_address("live", root)
    assert (address.kind, address.python) == (Kind.LIVE, sys.executable)


def test_the_path_of_a_python_keeps_its_links_because_they_name_the_virtual_environment(root, tmp_path):
    link = tmp_path / "venv" / "bin" / "python"
    link.parent.mkdir(parents=True)
    link.symlink_to(sys.executable)
    assert parse_address(str(link), root).python == str(link)
    assert parse_address(str(tmp_path / "venv"), root).python == str(link)


def test_a_relative_path_is_meant_from_the_working_folder(root, tmp_path, monkeypatch):
    (tmp_path / "python").symlink_to(sys.executable)
    monkeypatch.chdir(tmp_path)
    assert parse_address("./python", root).python == str(tmp_path / "python")
    assert parse_address("python", root).python == str(tmp_path / "python")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bas", "bas: there is no environment of this name. Did you mean 'base'? There are: base, newest, live."),
        ("zzz", "zzz: there is no environment of this name. There are: base, newest, live."),
        ("", "There are: base, newest, live."),
        ("..", "There are: base, newest, live."),
        ("base@conda", "there is no conda-lock.yml. Make it: harness env lock base"),
        ("newest@conda", "there is no envs/newest.conda-lock.yml. Make it: harness env lock newest"),
        ("base@wheel", "'@wheel' is no way to make an environment. There are: base@wheels, base@conda, base@image."),
        ("base:", "no revision follows the ':'"),
        ("live@wheels", "'live' is the driver's own environment"),
        ("/no/such/python", "/no/such/python: there is no such file"),
    ],
)
def test_what_cannot_be_an_environment_is_refused_in_words(root, text, message):
    with pytest.raises(HarnessError) as refused:
        parse_address(text, root)
    assert message in str(refused.value)


def test_a_folder_without_a_python_and_a_file_that_is_no_program_are_refused(root, tmp_path):
    with pytest.raises(HarnessError, match="no virtual environment"):
        parse_address(str(tmp_path) + "/", root)
    Path(tmp_path, "notes.txt").write_text("")
    with pytest.raises(HarnessError, match="no program"):
        parse_address(str(tmp_path / "notes.txt"), root)


@pytest.mark.parametrize("name", [".venv", "my venv", "newest"])
def test_the_folder_of_an_environment_needs_no_slash_unless_a_lock_has_its_name(root, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    python = tmp_path / name / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    address = parse_address(name, root)
    assert (address.python, address.kind is Kind.PYTHON) == ((None, False) if name == "newest" else (str(python), True))


def test_a_project_without_locks_says_so(tmp_path):
    with pytest.raises(HarnessError, match=r"There is only 'live': envs/ has no lock"):
        parse_address("base", tmp_path)
