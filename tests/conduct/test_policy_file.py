"""Which pyproject.toml's policy holds in a folder."""

from __future__ import annotations

import pytest

from harness.conduct.policy_file import policy_of
from harness.failure import HarnessError
from harness.record.schema import Policy

from .repository import Repository


def state(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text)


def test_the_nearest_one_holds_up_to_the_top_of_the_repository(tmp_path):
    top = Repository(tmp_path / "top").folder
    inner = top / "a" / "b"
    inner.mkdir(parents=True)
    state(tmp_path, "[tool.harness]\nmargin = 0.5\n")
    assert policy_of(inner) == Policy()
    state(top, "[tool.harness]\nmargin = 0.1\n")
    assert (policy_of(inner).margin, policy_of(inner).source) == (0.1, "pyproject.toml")
    state(top / "a", "[tool.harness]\nmargin = 0.2\n")
    assert (policy_of(inner).margin, policy_of(inner).source) == (0.2, "a/pyproject.toml")
    assert policy_of(top).margin == 0.1


def test_one_that_says_nothing_of_a_policy_is_passed_by(tmp_path):
    top = Repository(tmp_path / "top").folder
    state(top, "[tool.harness]\nmargin = 0.1\n")
    state(top / "a", "[project]\nname = 'x'\n[tool.harness.locks.dev]\n")
    assert policy_of(top / "a").margin == 0.1


def test_outside_of_a_repository_only_the_folders_own_counts(tmp_path):
    state(tmp_path, "[tool.harness]\nmargin = 0.1\n")
    (tmp_path / "a").mkdir()
    assert policy_of(tmp_path / "a") == Policy()
    assert policy_of(tmp_path).source == "pyproject.toml"


def test_a_mistake_is_told_with_the_path_from_where_the_user_stands(tmp_path):
    top = Repository(tmp_path / "top").folder
    state(top, "[tool.harness]\nmargin = 2\n")
    (top / "a").mkdir()
    with pytest.raises(HarnessError, match=r"^\.\./pyproject\.toml:2: tool\.harness\.margin: 2 is out of range"):
        policy_of(top / "a")


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.symlink_to("nowhere")])
def test_one_that_cannot_be_read_is_told(tmp_path, make):
    make(tmp_path / "pyproject.toml")
    with pytest.raises(HarnessError, match=r"^pyproject\.toml: cannot be read: "):
        policy_of(tmp_path)


def test_a_folder_reached_by_a_link_has_the_policy_of_where_it_is(tmp_path):
    top = Repository(tmp_path / "top").folder
    state(top, "[tool.harness]\nmargin = 0.1\n")
    (top / "a").mkdir()
    (tmp_path / "link").symlink_to(top / "a")
    assert policy_of(tmp_path / "link").margin == 0.1
