"""Where the code of a record lies."""

import pytest

from harness.failure import HarnessError
from harness.reproduce.code import code_here, code_in_bundle, code_of, wanted_by

from .making import git, record_of

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def repository(project):
    git(project, "init", "--quiet")
    (project / ".gitignore").write_text(".env\n")
    commit(project, "begin")
    return project


def commit(folder, message):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def wanted(folder, **plan):
    (code,) = wanted_by(record_of(folder, **plan))
    return code


def change(folder, text="# changed\n"):
    (folder / "suite" / "test_it.py").write_text(text)


def test_code_that_lies_in_place_is_used_there(repository):
    found = code_of(wanted(repository), repository)
    assert (found.top, found.folder, found.remarks) == (repository, repository, ())
    assert found.checkout is None


def test_uncommitted_changes_that_are_the_same_are_in_place_too(repository):
    change(repository)
    assert code_of(wanted(repository), repository).folder == repository


def test_code_that_moved_on_is_checked_out_and_the_working_files_stay(repository, cache):
    then = wanted(repository)
    change(repository)
    commit(repository, "later")
    change(repository, "# not committed\n")
    found = code_of(then, repository)
    assert found.folder.is_relative_to(cache)
    assert "benchmark(sum" in (found.folder / "suite" / "test_it.py").read_text()
    assert (repository / "suite" / "test_it.py").read_text() == "# not committed\n"
    assert found.remarks == ()


def test_paths_begin_where_the_user_stood(repository):
    (code,) = wanted_by(record_of(repository / "suite", paths=["test_it.py"], folder="suite"))
    assert code_of(code, repository).folder == repository / "suite"
    commit_later(repository)
    found = code_of(code, repository)
    assert found.folder == found.top / "suite"
    assert found.top != repository


def commit_later(repository):
    (repository / "notes.txt").write_text("later\n")
    commit(repository, "later")


def test_uncommitted_changes_beside_the_suites_are_named(repository):
    (repository / "environment.yml").write_text("name: other\n")
    then = wanted(repository)
    git(repository, "checkout", "--quiet", "--", ".")
    commit_later(repository)
    found = code_of(then, repository)
    assert "had uncommitted changes" in found.remarks[0]
    assert "the suites' own files are the same" in found.remarks[0]


def test_suites_with_uncommitted_changes_can_not_be_had_from_their_commit(repository):
    change(repository)
    then = wanted(repository)
    git(repository, "checkout", "--quiet", "--", ".")
    with pytest.raises(HarnessError, match=r"can't be the code that was measured.*bundle.*--here"):
        code_of(then, repository)


def test_suites_that_lie_here_as_they_were_are_taken_though_other_changes_are_not_known(repository):
    change(repository)
    (repository / "environment.yml").write_text("name: other\n")
    then = wanted(repository)
    (repository / "environment.yml").write_text("name: third\n")
    found = code_of(then, repository)
    assert found.folder == repository
    assert "what else had changed is not known" in found.remarks[0]


def test_files_that_git_ignores_and_that_are_gone_are_spoken_of(repository):
    (repository / ".gitignore").write_text(".env\n*.data\n")
    commit(repository, "ignore")
    (repository / "suite" / "big.data").write_text("1\n")
    then = wanted(repository)
    (repository / "suite" / "big.data").unlink()
    with pytest.raises(HarnessError, match="git ignores may have been among them"):
        code_of(then, repository)


def test_a_commit_that_is_not_here_is_named(repository, tmp_path):
    then = wanted(repository)
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    (other / "file").write_text("")
    commit(other, "begin")
    with pytest.raises(HarnessError, match=f"(?s){then.commit}.*clone that has it") as refused:
        code_of(then, other)
    assert "Traceback" not in str(refused.value)


def test_without_a_repository_the_same_suites_do_with_a_remark(project):
    found = code_of(wanted(project), project)
    assert found.folder == project
    assert "can't be told" in found.remarks[0]


def test_without_a_repository_other_suites_are_refused(project):
    then = wanted(project)
    change(project)
    with pytest.raises(HarnessError, match="outside of git"):
        code_of(then, project)


def test_the_code_as_it_lies_here_names_what_is_other(repository):
    then = wanted(repository)
    assert code_here(then, repository).remarks == ()
    change(repository)
    assert code_here(then, repository).remarks == (
        "other code: the suites are not those of the record",
        "other code: the uncommitted changes are not those of the record",
    )
    commit(repository, "later")
    assert code_here(then, repository).remarks[1].startswith("other code: commit ")


def test_suites_that_were_named_by_an_absolute_path_are_those_of_the_checkout(repository):
    then = wanted(repository, paths=[str(repository / "suite")])
    change(repository)
    commit(repository, "later")
    found = code_of(then, repository)
    assert found.checkout.at(str(repository / "suite")) == str(found.top / "suite")
    assert "benchmark(sum" in (found.top / "suite" / "test_it.py").read_text()


def test_suites_outside_of_the_clone_have_no_commit_here(repository, tmp_path):
    then = wanted(repository, paths=[str(repository / "suite")])
    git(tmp_path, "clone", "--quiet", str(repository), "clone")
    change(repository)
    commit(repository, "later")
    with pytest.raises(HarnessError, match=r"suite: this lies outside of the repository .*clone"):
        code_of(then, tmp_path / "clone")


def test_a_bundles_code_is_looked_at_from_the_users_own_tree(repository, tmp_path):
    git(tmp_path, "clone", "--quiet", str(repository), "sources")
    found = code_in_bundle(wanted(repository), tmp_path / "sources", repository)
    assert (found.folder, found.checkout.original) == (tmp_path / "sources", repository)
    assert code_in_bundle(wanted(repository), tmp_path / "sources", tmp_path).checkout is None


@pytest.mark.parametrize("outside", ["{}/suite", "../project/suite"])
def test_suites_that_were_not_named_from_within_a_bundles_code_are_refused(repository, tmp_path, outside):
    path = outside.format(repository)
    git(tmp_path, "clone", "--quiet", str(repository), "sources")
    with pytest.raises(HarnessError, match="was not named from within the code"):
        code_in_bundle(wanted(repository, paths=[path]), tmp_path / "sources", repository)
